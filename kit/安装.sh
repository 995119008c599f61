#!/bin/sh
# Linux：在本文件夹里运行 sh 安装.sh [安装位置]，不需要网络。x86_64和ARM（aarch64，例如麒麟V10、统信UOS）都用它。
set -eu
cd "$(dirname "$0")"
place=${1:-"$HOME/.local/share/orglife"}
machine=$(uname -m)
packages="requirements-linux-$machine.txt"
if [ ! -f "$packages" ]; then
  echo "本工具包里没有这种电脑（$machine）用的程序。" >&2
  exit 1
fi
python=$(command -v python3.11 || true)
if [ -z "$python" ]; then
  for pack in python/*"$machine"*.tar.gz; do # 解开后是一个python文件夹
    [ ! -f "$pack" ] || { mkdir -p "$place" && rm -rf "$place/python" && tar -xzf "$pack" -C "$place"; }
  done
  python="$place/python/bin/python3.11"
fi
if [ ! -x "$python" ]; then
  echo "电脑上没有Python 3.11。请看python文件夹里的说明，把它放好后再运行一次。" >&2
  exit 1
fi
"$python" -m venv --clear "$place/env"
"$place/env/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels -r "$packages"
mkdir -p "$place/env/share/orglife/fonts"
for font in fonts/*; do
  [ ! -f "$font" ] || cp "$font" "$place/env/share/orglife/fonts/"
done
"$place/env/bin/orglife" --version
desktop=$(xdg-user-dir DESKTOP 2>/dev/null || echo "$HOME/桌面")
documents=$(xdg-user-dir DOCUMENTS 2>/dev/null || echo "$HOME")
icon="$place/组织生活会.desktop"
cat >"$icon" <<END
[Desktop Entry]
Type=Application
Name=组织生活会
Exec="$place/env/bin/orglife" start "$documents/组织生活会"
Terminal=true
END
chmod +x "$icon"
if [ -d "$desktop" ]; then
  cp "$icon" "$desktop/"
  echo "安装好了。桌面上有“组织生活会”的图标，双击打开；系统问是否允许运行的，选允许。"
else
  echo "安装好了。双击“$icon”打开，可以把它复制到桌面。"
fi
