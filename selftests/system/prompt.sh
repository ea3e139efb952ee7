# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A person at a terminal, played: logged in on a virtual terminal with an agent started there, typing,
# and reading what is on the screen. All real but the person. Needs play.sh and app.sh. To be sourced
# in the test machine.
#
#   keyboard (root's TIOCSTI) --> tty9 --> bash --> an app      devtask-agent (asks, on tty9)
# shellcheck disable=SC2034

prompt_tty=/dev/tty9
prompt_screen=/dev/vcs9
prompt_agent=/usr/libexec/devtask/devtask-agent
prompt_stage=$PWD/build/selftests/agent/stage

prompt_type() {
	"$prompt_stage" type $prompt_tty "$1" > "$stage_dir/typed"
}

prompt_shown() {
	tr '\0' ' ' < $prompt_screen | tr -s ' '
}

prompt_shows() {
	[[ $(prompt_shown) == *"$1"* ]]
}

prompt_hides() {
	! prompt_shows "$1"
}

# prompt_sees TEXT: it comes to the screen; if not, what did is remembered.
prompt_sees() {
	stage_await 20000 prompt_shows "$1" && return
	play_heard+=("screen: $(prompt_shown)")
	return 1
}

prompt_is_asked() {
	stage_await 20000 prompt_asks && return
	play_heard+=("screen: $(prompt_shown)")
	return 1
}

# The number that means yes: of the open question, the last one on the screen.
prompt_asks() {
	prompt_number=$(prompt_shown | grep -o 'To allow it type [0-9]*' | tail -n 1 | grep -o '[0-9]*$')
	[ -n "$prompt_number" ] && prompt_shows 'Allow? [no]'
}

prompt_clear() {
	printf '\033[2J\033[H' > $prompt_tty
}

# prompt_front NAME: the process group that has the terminal is led by a process of this name.
prompt_front() {
	local line name

	read -r line < "/proc/$prompt_shell/stat"
	line=${line##*) }
	# shellcheck disable=SC2086
	set -- "$1" $line
	{ read -r name < "/proc/$7/comm"; } 2> /dev/null && [ "$name" = "$1" ]
}

prompt_switch_to() {
	"$prompt_stage" show "$1"
	stage_until "terminal $1 is shown" prompt_is_active "$1"
}

prompt_is_active() {
	[ "$(< /sys/class/tty/tty0/active)" = "tty$1" ]
}

prompt_find_shell() {
	prompt_shell=$(pgrep -P "$prompt_login" -x bash)
}

# The user logs in on the terminal that the machine shows, and starts the agent.
prompt_open() {
	getent group devtask-agent > "$stage_dir/typed" || groupadd --system devtask-agent
	install -D -g devtask-agent -m 2755 build/bin/devtask-agent $prompt_agent
	prompt_switch_to 9
	(cd / && HOME=$(getent passwd $app_user | cut -d: -f6) exec "$prompt_stage" login $prompt_tty \
		"$(id -u $app_user)" bash --norc --noprofile -i) > "$stage_dir/login" 2>&1 &
	prompt_login=$!
	stage_until "the user's shell runs" prompt_find_shell
	stage_until "the shell has the terminal" prompt_front bash
	prompt_type "PS1='\$ '; $prompt_agent --background"$'\r'
	stage_until "the agent is here" pgrep -x devtask-agent > "$stage_dir/typed"
	stage_until "the shell has the terminal again" prompt_front bash
}

prompt_close() {
	kill -HUP "$prompt_shell" 2> "$stage_dir/typed" || true
	kill -KILL "$prompt_login" "$prompt_shell" 2> "$stage_dir/typed" || true
	wait "$prompt_login" 2> "$stage_dir/typed" || true
}
