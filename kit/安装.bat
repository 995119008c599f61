@echo off
chcp 65001 >nul
setlocal
set PYTHONUTF8=1
cd /d "%~dp0"
echo 组织生活会工作簿：安装，不需要网络。
py -3.11 --version >nul 2>nul
if not errorlevel 1 goto install
for %%f in (python\python-3.11*-amd64.exe) do (
  echo 正在安装Python，请稍候……
  "%%f" /passive InstallAllUsers=0 Include_launcher=1 InstallLauncherAllUsers=0 Include_test=0
)
py -3.11 --version >nul 2>nul
if not errorlevel 1 goto install
echo 没有找到Python 3.11。请把它的安装程序（python-3.11…-amd64.exe）放进python文件夹，再运行一次。
goto failed
:install
set "PLACE=%LOCALAPPDATA%\orglife"
echo 正在安装到 %PLACE% ……
py -3.11 -m venv --clear "%PLACE%\env"
if errorlevel 1 goto failed
"%PLACE%\env\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels -r requirements-windows.txt
if errorlevel 1 goto failed
mkdir "%PLACE%\env\share\orglife\fonts" 2>nul
copy /y fonts\* "%PLACE%\env\share\orglife\fonts\" >nul
copy /y "组织生活会.bat" "%PLACE%\" >nul
powershell -NoProfile -Command "$s=(New-Object -ComObject WScript.Shell).CreateShortcut([Environment]::GetFolderPath('Desktop')+'\组织生活会.lnk'); $s.TargetPath=$env:LOCALAPPDATA+'\orglife\组织生活会.bat'; $s.Save()"
"%PLACE%\env\Scripts\orglife.exe" --version
if errorlevel 1 goto failed
echo 安装好了。请双击桌面上的“组织生活会”。
pause
exit /b 0
:failed
echo 没有安装成功。请把这个窗口的内容拍下来，发给管理员。
pause
exit /b 1
