@echo off
chcp 65001 >nul
setlocal
set PYTHONUTF8=1
set "PROGRAM=%LOCALAPPDATA%\orglife\env\Scripts\orglife.exe"
for /f "usebackq delims=" %%d in (`powershell -NoProfile -Command "[Console]::OutputEncoding=[Text.Encoding]::UTF8; [Environment]::GetFolderPath('MyDocuments')"`) do set "WORK=%%d\组织生活会"
if not exist "%PROGRAM%" (
  echo 还没有安装。请先双击“安装.bat”。
  pause
  exit /b 1
)
if exist "%WORK%\orglife.toml" goto start
echo 第一次使用，先新建工作目录：%WORK%
"%PROGRAM%" campaign list
set /p CAMPAIGN=请输入上面方案的代号（最前面的一段），按回车：
"%PROGRAM%" new "%WORK%" --campaign "%CAMPAIGN%"
if errorlevel 1 goto failed
:start
echo 浏览器会自动打开。使用时请不要关闭这个窗口；用完在这里按 Ctrl+C。
"%PROGRAM%" start "%WORK%"
if errorlevel 1 goto failed
exit /b 0
:failed
pause
exit /b 1
