# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How the demo looks: the timeline of an act and the table in the end. Knows no act.

picture_colour=
picture_began_ns=0
picture_rows=()
declare -A picture_paint=([device]=36 [program]=0 [kernel]=33 [devtaskctl]=35 [other]=34
	[good]=32 [bad]=31 [bold]=1)

picture_painted() {
	if [ -n "$picture_colour" ]; then
		printf '\e[%sm%s\e[0m' "${picture_paint[$1]}" "$2"
	else
		printf %s "$2"
	fi
}

# A time as seconds with three digits: picture_seconds NS [DIGITS]
picture_seconds() {
	local ms

	[[ $1 =~ ^-?[0-9]+$ ]] || { echo "${1:-none}"; return; }
	ms=$((($1 + 500000) / 1000000))

	printf '%d.%03d' $((ms / 1000)) $((ms % 1000))
}

# Begin an act, at stage_now_ns.
picture_act() {
	picture_began_ns=$1
	echo
	picture_painted bold "($2) $3"
	echo
}

# A line of the timeline: picture_line TIME_NS WHO TEXT
picture_line() {
	local since=$(($1 - picture_began_ns))

	[ $since -ge 0 ] || since=0
	printf '%8s s  %s  %s\n' "$(picture_seconds $since)" \
		"$(picture_painted "$2" "$(printf '%-10s' "$2")")" "$3"
}

# A row of the table: picture_row ACT EXPECTED SEEN good|bad
picture_row() {
	picture_rows+=("$1|$2|$3|$4")
}

picture_rule() {
	printf '  %s\n' "------------------+---------------------------+------------------------------+--------"
}

picture_table() {
	local row act expected seen verdict word

	echo
	printf '  %-17s | %-25s | %-28s | %s\n' act expected seen verdict
	picture_rule
	for row in "${picture_rows[@]}"; do
		IFS='|' read -r act expected seen verdict <<< "$row"
		word=right
		[ "$verdict" = good ] || word=WRONG
		printf '  %-17s | %-25s | %-28s | %s\n' "$act" "$expected" "$seen" \
			"$(picture_painted "$verdict" "$word")"
	done
}
