#!/bin/sh
# Linux：在本文件夹里运行 sh 安装.sh [安装位置]，不需要网络。
set -eu
cd "$(dirname "$0")"
place=${1:-"$HOME/.local/share/orglife"}
python3.11 -m venv --clear "$place/env"
"$place/env/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels -r requirements-linux.txt
mkdir -p "$place/env/share/orglife/fonts"
for font in fonts/*; do
  [ ! -f "$font" ] || cp "$font" "$place/env/share/orglife/fonts/"
done
"$place/env/bin/orglife" --version
echo "安装好了：$place/env/bin/orglife"
