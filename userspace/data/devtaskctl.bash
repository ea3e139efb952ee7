# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2207
#
# Completion for devtaskctl. Verbs, options, attached devices and running tasks come from the tool.

_devtaskctl_words() {
	COMPREPLY=($(compgen -W "$1" -- "$2"))
}

# Device names contain colons, at which readline breaks words.
_devtaskctl_devices() {
	_devtaskctl_words "$(devtaskctl devices --json 2> /dev/null |
		grep -oE '"spec":"[^"]*"' | cut -d'"' -f4) usb: hid: path:/dev/" "$1"
	declare -F __ltrim_colon_completions > /dev/null && __ltrim_colon_completions "$1"
}

_devtaskctl_tasks() {
	_devtaskctl_words "$2 $(devtaskctl list --json 2> /dev/null |
		grep -oE '"id":[0-9]+' | cut -d: -f2)" "$1"
}

_devtaskctl_run() {
	local word=$1 previous=$2

	case $previous in
	--type | -t) _devtaskctl_words 'use servicing' "$word" ;;
	--device | -d) _devtaskctl_devices "$word" ;;
	--user | -u) COMPREPLY=($(compgen -u -- "$word")) ;;
	--deadline | --io-interval | --arguments) COMPREPLY=() ;;
	--) COMPREPLY=($(compgen -c -- "$word")) ;;
	*) _devtaskctl_words '--type --device --user --arguments --deadline --io-interval --estimate --detach
		--json --help --' "$word" ;;
	esac
}

_devtaskctl_apps() {
	case $2 in
	--device | -d) _devtaskctl_devices "$1" ;;
	*) _devtaskctl_words '--device --json --help' "$1" ;;
	esac
}

_devtaskctl_lint() {
	_devtaskctl_words '--json --help' "$1"
	COMPREPLY+=($(compgen -f -- "$1"))
}

_devtaskctl_metadata() {
	local word=$1 previous=$2

	case $previous in
	metadata) _devtaskctl_words 'import show --help' "$word" ;;
	--output | -o) COMPREPLY=($(compgen -f -- "$word")) ;;
	--root) COMPREPLY=($(compgen -d -- "$word")) ;;
	*)
		_devtaskctl_words '--output --install --root --json --help' "$word"
		COMPREPLY+=($(compgen -f -- "$word"))
		;;
	esac
}

# What it is about: the apps and models that have an answer, in this order.
_devtaskctl_answers() {
	devtaskctl consent list --json 2> /dev/null | grep -oE "\"$1\":\"[^\"]*\"" | cut -d'"' -f4
}

_devtaskctl_consent() {
	local word=$1 previous=$2

	case $previous in
	--user | -u) COMPREPLY=($(compgen -u -- "$word")) ;;
	consent) _devtaskctl_words 'list grant revoke forget --json --user --help' "$word" ;;
	grant | revoke | forget) _devtaskctl_words "$(_devtaskctl_answers app)" "$word" ;;
	*) _devtaskctl_words "$(_devtaskctl_answers model) --json --user --help" "$word" ;;
	esac
}

_devtaskctl_history() {
	local word=$1 previous=$2

	case $previous in
	--user | -u) COMPREPLY=($(compgen -u -- "$word")) ;;
	--app) _devtaskctl_words "$(_devtaskctl_answers app)" "$word" ;;
	--limit | -n | --since | --trigger) COMPREPLY=() ;;
	*) _devtaskctl_words '--app --trigger --since --limit --user --json --help' "$word" ;;
	esac
}

_devtaskctl_explain() {
	local word=$1 previous=$2

	case $previous in
	--type) _devtaskctl_words 'use servicing' "$word" ;;
	--user) COMPREPLY=($(compgen -u -- "$word")) ;;
	--pid | --estimate) COMPREPLY=() ;;
	*) _devtaskctl_words '--type --pid --estimate --user --json --help' "$word" ;;
	esac
}

_devtaskctl() {
	local word previous verb

	if declare -F _get_comp_words_by_ref > /dev/null; then
		_get_comp_words_by_ref -n : -c word -p previous
	else
		word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]-}
	fi
	verb=${COMP_WORDS[1]-}
	if [ "$COMP_CWORD" -le 1 ]; then
		_devtaskctl_words 'run list status top events cancel devices apps lint metadata explain foreground consent history agent doctor --help --version' "$word"
		return
	fi
	case $verb in
	run) _devtaskctl_run "$word" "$previous" ;;
	agent) _devtaskctl_words '--background --program --test --user --type --estimate --json --help' "$word" ;;
	status) _devtaskctl_tasks "$word" '--cpu-floor --json --help' ;;
	cancel) _devtaskctl_tasks "$word" '--all --wait --force --help' ;;
	apps) _devtaskctl_apps "$word" "$previous" ;;
	lint) _devtaskctl_lint "$word" ;;
	metadata) _devtaskctl_metadata "$word" "$previous" ;;
	consent) _devtaskctl_consent "$word" "$previous" ;;
	history) _devtaskctl_history "$word" "$previous" ;;
	foreground) _devtaskctl_words 'set clear show --user --json --help' "$word" ;;
	top) _devtaskctl_words '--batch --interval --iterations --json --help' "$word" ;;
	explain) _devtaskctl_explain "$word" "$previous" ;;
	events) _devtaskctl_words '--follow --since --json --help' "$word" ;;
	list | devices | doctor) _devtaskctl_words '--json --help' "$word" ;;
	esac
}

complete -F _devtaskctl devtaskctl
