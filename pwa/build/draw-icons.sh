#!/bin/sh
# Draws the PNG icons from public/icons/icon.svg with a Chromium at hand. Run it after changing the drawing.
set -eu
cd "$(dirname "$0")/../public/icons"
chromium=${CHROMIUM:-/usr/bin/chromium}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# draw NAME SIZE INSET BACKGROUND: the drawing, INSET percent away from each edge
draw() {
  cat >"$work/page.html" <<PAGE
<!doctype html><style>html,body{margin:0;height:100%;background:$4}
img{position:absolute;inset:$3%;width:calc(100% - 2*$3%);height:calc(100% - 2*$3%)}</style><img src="icon.svg">
PAGE
  cp icon.svg "$work/icon.svg"
  "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --force-device-scale-factor=1 --window-size="$2,$2" --screenshot="$work/out.png" \
    "file://$work/page.html" >/dev/null 2>&1
  cp "$work/out.png" "$1"
}

draw icon-192.png 192 0 transparent
draw icon-512.png 512 0 transparent
# iOS rounds the corners itself; Android cuts a maskable icon to any shape inside the middle 80 %.
draw icon-180.png 180 0 "#3d2f7d"
draw icon-maskable-512.png 512 0 "#3d2f7d"
