# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How the demo looks: the timeline of an act and the table in the end. Knows no act.

picture_colour=
picture_began_ns=0
picture_width=76
picture_lines=()   # not printed yet, in the order of time
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

# Begin an act at TIME_NS: picture_act TIME_NS LETTER TITLE
picture_act() {
	picture_began_ns=$1
	echo
	picture_painted bold "($2) $3"
	echo
}

# A line of the timeline: picture_line TIME_NS WHO TEXT. It is printed by picture_print, so that
# lines that come late by different ways find their place.
picture_line() {
	local i=${#picture_lines[@]}

	while [ "$i" -gt 0 ] && [ "${picture_lines[i - 1]%%|*}" -gt "$1" ]; do
		picture_lines[i]=${picture_lines[i - 1]}
		i=$((i - 1))
	done
	picture_lines[i]="$1|$2|$3"
}

# Print the lines up to TIME_NS.
picture_print() {
	local time who text line

	while [ ${#picture_lines[@]} -gt 0 ]; do
		IFS='|' read -r time who text <<< "${picture_lines[0]}"
		[ "$time" -le "$1" ] || return 0
		picture_lines=("${picture_lines[@]:1}")
		time=$((time - picture_began_ns))
		[ $time -ge 0 ] || time=0
		printf -v line '%8s s  %-10s  ' "$(picture_seconds $time)" "$who"
		picture_painted "$who" "$line"
		picture_folded "$text"
	done
}

# The text of a line, at most 100 columns with what stands before it.
picture_folded() {
	local rest=$1 part

	while [ ${#rest} -gt $picture_width ]; do
		part=${rest:0:picture_width}
		part=${part% *}
		printf '%s\n%24s' "$part" ''
		rest=${rest:${#part} + 1}
	done
	printf '%s\n' "$rest"
}

# A row of the table: picture_row ACT EXPECTED SEEN good|bad
picture_row() {
	picture_rows+=("$1|$2|$3|$4")
}

picture_rule() {
	printf '  %s\n' "------------------+----------------------------+--------------------------------+--------"
}

picture_table() {
	local row act expected seen verdict word

	echo
	printf '  %-17s | %-26s | %-30s | %s\n' act expected seen verdict
	picture_rule
	for row in "${picture_rows[@]}"; do
		IFS='|' read -r act expected seen verdict <<< "$row"
		word=right
		[ "$verdict" = good ] || word=WRONG
		printf '  %-17s | %-26s | %-30s | %s\n' "$act" "$expected" "$seen" \
			"$(picture_painted "$verdict" "$word")"
	done
}
