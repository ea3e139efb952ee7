# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A graphical session without a person: a display in memory, a session bus, the page, hands and
# eyes. To be sourced by root; the page runs as $desktop_user. Who sources it closes it at the end.

: "${desktop_user:=nobody}"
: "${desktop_pause:=0.1}"      # seconds from one look to the next
desktop_dir=$(mktemp -d)
desktop_pids=()
desktop_page=               # the pid of the page
desktop_env=()              # what the page gets besides
desktop_program=build/bin/devtask-permissions

# desktop_until COMMAND...: wait until it holds; false after a long while.
desktop_until() {
	local end=$((SECONDS + 90))

	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		read -r -t "$desktop_pause" <> <(:) || true
	done
}

# desktop_open SIZE: display and bus; "1000x900".
desktop_open() {
	chmod 0755 "$desktop_dir"
	install -d -m 0700 -o "$desktop_user" "$desktop_dir/home"
	install -D -m 0644 -t "$desktop_dir/share/icons/hicolor/symbolic/apps" \
		userspace/data/devtask-permissions-symbolic.svg
	Xvfb -displayfd 5 -screen 0 "$1x24" -nolisten tcp 5> "$desktop_dir/display" \
		2> "$desktop_dir/xvfb.log" &
	desktop_pids+=($!)
	desktop_until [ -s "$desktop_dir/display" ]
	: > "$desktop_dir/bus"
	person dbus-daemon --session --print-address --nofork
	"${command[@]}" > "$desktop_dir/bus" 2> "$desktop_dir/bus.log" &
	desktop_pids+=($!)
	desktop_until [ -s "$desktop_dir/bus" ]
}

desktop_close() {
	page_close
	[ ${#desktop_pids[@]} = 0 ] || kill "${desktop_pids[@]}" 2> /dev/null || true
	desktop_pids=()
	rm -rf "$desktop_dir"
}

# person COMMAND...: sets command, which runs COMMAND as the user, in that session. One process.
person() {
	command=(setpriv --reuid "$desktop_user" --regid "$(id -g "$desktop_user")" --clear-groups \
		env DISPLAY=":$(< "$desktop_dir/display")" HOME="$desktop_dir/home" \
		XDG_RUNTIME_DIR="$desktop_dir/home" XDG_CACHE_HOME="$desktop_dir/home" \
		XDG_CONFIG_HOME="$desktop_dir/home" XDG_DATA_DIRS="$desktop_dir/share:/usr/share" \
		LC_ALL=C.UTF-8 \
		DBUS_SESSION_BUS_ADDRESS="$(head -n 1 "$desktop_dir/bus" 2> /dev/null)" \
		GSETTINGS_BACKEND=memory GSK_RENDERER=cairo "${desktop_env[@]}" "$@")
}

as_person() {
	person "$@"
	"${command[@]}"
}

# page_open: start the page and wait until it is seen. Sets window.
page_open() {
	person "$desktop_program"
	"${command[@]}" > "$desktop_dir/page.log" 2>&1 &
	desktop_page=$!
	desktop_until page_is_there
	as_person xdotool windowfocus "$window"
}

page_is_there() {
	window=$(as_person xdotool search --onlyvisible --name 'Device Permissions' 2> /dev/null |
		tail -n 1)
	[ -n "$window" ] && page_look tree
}

page_close() {
	[ -n "$desktop_page" ] || return 0
	kill "$desktop_page" 2> /dev/null || true
	wait "$desktop_page" 2> /dev/null || true
	desktop_page=
}

# page_look ARGUMENT...: sets seen; false if there is no such thing.
page_look() {
	seen=$(as_person build/selftests/desktop/look "$@" 2>> "$desktop_dir/look.log")
}

# page_shows TEXT...: each of them is seen now.
page_shows() {
	local text

	page_look tree || return 1
	for text in "$@"; do
		[[ $seen == *"$text"* ]] || return 1
	done
}

page_hides() {
	page_look tree && [[ $seen != *"$1"* ]]
}

page_is_insensitive() {
	page_look tree && grep -q "^push button.$1.*insensitive\$" <<< "$seen"
}

# page_click BUTTON: by the mouse.
page_click() {
	local place

	page_look at "$1" || return 1
	read -ra place <<< "$seen"
	as_person xdotool mousemove --window "$window" "${place[@]}" click 1
}

# page_focus_question: gives the keyboard to the question over the page, as a window manager does.
page_focus_question() {
	local question

	question=$(as_person xdotool search --onlyvisible --pid "$desktop_page" |
		grep -vx "$window" | tail -n 1)
	[ -n "$question" ] && as_person xdotool windowfocus "$question" && page_look focused
}

page_type() {
	as_person xdotool key "$@"
}

# page_tab_to BUTTON: by the keyboard, as often as it takes.
page_tab_to() {
	local tries=0

	until page_look focused && [[ $seen == "$1"* ]]; do
		[ $((tries += 1)) -lt 40 ] || return 1
		page_type Tab
	done
}

# page_picture FILE: what is on the display, as PNG; needs ImageMagick.
page_picture() {
	as_person import -window root -crop 640x560+0+0 +repage +dither -depth 8 -colors 128 png:- > "$1"
}
