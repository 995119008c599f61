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
echo 浏览器会自动打开。使用时请不要关闭这个窗口；用完在“定稿与归档”页点“退出”。
"%PROGRAM%" start "%WORK%"
if not errorlevel 1 exit /b 0
pause
exit /b 1
