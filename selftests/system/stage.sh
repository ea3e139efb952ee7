# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The stage of the demo and of the system tests: data loggers, tasks that read them, and one
# stream of all that device, program, kernel and tool say. A play starts something and then
# awaits what must follow; nothing waits for time to pass. To be sourced in the test machine.
# Variables that are set for the caller are named in the comment of the function that sets them.
# shellcheck disable=SC2034
#
# A line of the stream is WHO|TIME_NS|KIND|..., times on CLOCK_BOOTTIME:
#   kernel|TIME|KIND|DEVICE|TASK|REASON|DETAIL|MEASURED_NS|REQUIRED_NS|EXIT|OPS|BYTES|DURATION_NS
#   device|TIME|EVENT|LOGGER|RECORDS
#   program|TIME|line|NAME|TEXT         what the task's program printed
#   tool|TIME|line|NAME|TEXT            what devtaskctl said itself
#   tool|TIME|exit|NAME|STATUS
#   other|TIME|line|NAME|JSON           another program that wants the device
# It may define stage_hear WHO TIME KIND WORDS..., which is called for each line, and stage_pause,
# which is called when there has been nothing to hear for a moment.

stage_bin=$PWD/build/selftests/devices
stage_dir=
stage_fd=
stage_clock_us=              # EPOCHREALTIME - CLOCK_BOOTTIME
declare -A stage_event       # "DEVICE KIND FIELD" of the kernel's events, FIELD "" if it was seen
declare -A stage_exit        # status of devtaskctl run, by NAME
declare -A stage_said        # "WHO NAME": all that was said, a line each
declare -A stage_logger_pid
stage_pids=()
stage_part=                  # of a line that has not come to its end
stage_deaf=                  # not empty: stage_hear is not called

stage_fields=(task reason detail measured_ns required_ns exit_status ops bytes duration_ns)

# One line for each event of devtaskctl events --json.
stage_kernel_filter='["kernel", .time_ns, .kind, .device, .task_id, .reason, .detail, .measured_ns,
	.required_ns, .exit_status, .ops, .bytes, .duration_ns] | map(. // "" | tostring) | join("|")'

stage_die() {
	echo "stage: $*" >&2
	exit 1
}

# Sets stage_now_ns: CLOCK_BOOTTIME, to a hundredth of a second or better.
stage_clock() {
	stage_now_ns=$(((${EPOCHREALTIME/./} - stage_clock_us) * 1000))
}

# /proc/uptime ticks in hundredths: at a tick the two clocks are read together.
stage_set_clock() {
	local first now

	read -r first _ < /proc/uptime
	now=$first
	while [ "$now" = "$first" ]; do
		read -r now _ < /proc/uptime
	done
	stage_clock_us=$((${EPOCHREALTIME/./} - 10#${now/./} * 10000))
}

# stage_member JSON NAME: set stage_found to the number or string NAME of a flat object, "" if there
# is none. Starting jq costs more than most of what is tested.
stage_member() {
	local pattern="\"$2\": *\"?([^,\"}]*)"

	stage_found=
	if [[ $1 =~ $pattern ]]; then
		stage_found=${BASH_REMATCH[1]}
	fi
}

# Pass the device's happenings of standard input on to the stream.
stage_relay_device() {
	local line time event

	while IFS= read -r line; do
		stage_member "$line" time_ns
		time=$stage_found
		stage_member "$line" event
		event=$stage_found
		stage_member "$line" records
		printf 'device|%s|%s|%s|%s\n' "$time" "$event" "$1" "$stage_found"
	done > "$stage_dir/stream"
}

# Pass lines of standard input on to the stream, as said by NAME.
stage_relay() {
	local who=$1 name=$2 text

	while IFS= read -r text; do
		stage_clock
		printf '%s|%s|line|%s|%s\n' "$who" "$stage_now_ns" "$name" "$text"
	done > "$stage_dir/stream"
}

# Wait until a condition, a command, holds. For what nobody announces.
stage_until() {
	local what=$1 tries=0

	shift
	until "$@"; do
		[ $((tries += 1)) -lt 400 ] || stage_die "waited in vain: $what"
		read -r -t 0.02 -u "$stage_never" || true
	done
}

stage_open() {
	trap stage_close EXIT
	modprobe dummy_hcd num=2
	modprobe -a libcomposite usb_f_fs
	stage_dir=$(mktemp -d /tmp/stage.XXXXXX)
	mkfifo "$stage_dir/stream" "$stage_dir/never"
	exec {stage_fd}<> "$stage_dir/stream" {stage_never}<> "$stage_dir/never"
	stage_set_clock
	stage_clock
	stage_begin_ns=$stage_now_ns
	# The first start of a program takes long where its pages come from the host.
	"$stage_bin/logger-sync" --help > "$stage_dir/help"
	# Hands out what the module still holds, too: nothing is lost if it starts late.
	devtaskctl events --follow --json > >(exec jq --unbuffered -r "$stage_kernel_filter" \
		> "$stage_dir/stream") &
	stage_pids+=($!)
}

stage_close() {
	local status=$? name

	trap - EXIT
	for name in "${!stage_logger_pid[@]}"; do
		stage_logger_stop "$name"
	done
	[ ${#stage_pids[@]} = 0 ] || kill "${stage_pids[@]}" 2> /dev/null || true
	[ -z "$stage_dir" ] || rm -rf "$stage_dir"
	exit "$status"
}

# Find the device of a logger: sets stage_sysfs.
stage_attached() {
	local vendor=${1%:*} product=${1#*:} dir have_vendor have_product

	for dir in /sys/bus/usb/devices/*; do
		stage_sysfs=$dir
		{ read -r have_vendor < "$dir/idVendor"; } 2> /dev/null || continue
		{ read -r have_product < "$dir/idProduct"; } 2> /dev/null || continue
		[ "$have_vendor:$have_product" = "$vendor:$product" ] || continue
		[ ! -e "$dir/${dir##*/}:1.0/bInterfaceNumber" ] || return 0
	done
	return 1
}

# stage_logger NUMBER OPTION...: attach logger 0 (1209:0001) or 1 (1209:0002).
stage_logger() {
	local number=$1 id=1209:000$(($1 + 1))

	shift
	rm -f "$stage_dir/logger$number.log"
	mkfifo "$stage_dir/logger$number.log"
	stage_relay_device "$number" < "$stage_dir/logger$number.log" &
	"$stage_bin/devtask-logger" --udc "dummy_udc.$number" --id "$id" --serial "LOG000$number" \
		--log "$stage_dir/logger$number.log" --no-transfers \
		--control "$stage_dir/logger$number.socket" --image "$stage_dir/logger$number.image" \
		"$@" &
	stage_logger_pid[$number]=$!
	stage_until "the logger is attached" stage_attached "$id"
	udevadm settle
}

stage_logger_stop() {
	kill "${stage_logger_pid[$1]}" 2> /dev/null && wait "${stage_logger_pid[$1]}"
	unset "stage_logger_pid[$1]"
}

# Give an order to a logger; sets stage_counts_transfers, _bytes and _records.
stage_tell() {
	local answer

	answer=$("$stage_bin/devtask-logger" --tell "$stage_dir/logger$1.socket" "$2") ||
		stage_die "the logger did not obey: $2"
	stage_member "$answer" transfers
	stage_counts_transfers=$stage_found
	stage_member "$answer" bytes
	stage_counts_bytes=$stage_found
	stage_member "$answer" records
	stage_counts_records=$stage_found
}

# stage_run NAME DEVICE PROGRAM ARG...: start a task with devtaskctl run, of the type in stage_type or
# else "use", in the background; its end is the stream's "tool exit NAME". Sets stage_tool_pid.
stage_run() {
	local name=$1 device=$2

	shift 2
	unset "stage_exit[$name]"
	(
		status=0
		devtaskctl run --type "${stage_type-use}" --device "$device" -- "$@" < /dev/null \
			> >(stage_relay program "$name") 2> >(stage_relay tool "$name") &
		echo $! > "$stage_dir/tool.$name"
		wait $! 2> /dev/null || status=$?
		stage_clock
		echo "tool|$stage_now_ns|exit|$name|$status" > "$stage_dir/stream"
	) &
	stage_until "devtaskctl has been started" test -s "$stage_dir/tool.$name"
	read -r stage_tool_pid < "$stage_dir/tool.$name"
	rm "$stage_dir/tool.$name"
}

# Start another program that wants the device of logger NUMBER, as "other claim".
stage_claim() {
	"$stage_bin/logger-claim" "1209:000$(($1 + 1))" "$2" 2>&1 | stage_relay other claim &
}

stage_note() {
	local who=$1 kind=$3 i words

	words=("${@:4}")
	case $who in
	kernel)
		stage_event["${words[0]} $kind "]=seen
		stage_event["${words[0]} $kind time_ns"]=$2
		for i in "${!stage_fields[@]}"; do
			stage_event["${words[0]} $kind ${stage_fields[i]}"]=${words[i + 1]-}
		done
		;;
	tool | program | other)
		if [ "$kind" = exit ]; then
			stage_exit[${words[0]}]=${words[1]}
		else
			stage_said["$who ${words[0]}"]+="${words[*]:1}"$'\n'
		fi
		;;
	device)
		stage_said["$who ${words[0]}"]+="$kind"$'\n'
		;;
	esac
}

# Take one line from the stream, or fail after so many milliseconds without one.
stage_take() {
	local line words

	# A time-out may come in the middle of a line, and read then gives its first part.
	if ! IFS= read -r -t "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))" -u "$stage_fd" line; then
		stage_part+=$line
		return 1
	fi
	line=$stage_part$line
	stage_part=
	IFS='|' read -r -a words <<< "$line"
	# The ring still holds what was before this play.
	[ "${words[1]}" -ge "$stage_begin_ns" ] || return 0
	stage_note "${words[@]}"
	[ -n "$stage_deaf" ] || [ "$(type -t stage_hear)" != function ] || stage_hear "${words[@]}"
}

stage_rest() {
	[ "$(type -t stage_pause)" != function ] || stage_pause
}

# stage_await MS CONDITION...: take lines until the condition, a command, holds. Fails when MS have
# passed since then began.
stage_await() {
	local end

	stage_clock
	end=$((stage_now_ns + $1 * 1000000))
	shift
	until "$@"; do
		stage_take 200 || stage_rest
		stage_clock
		[ "$stage_now_ns" -lt "$end" ] || return 1
	done
}

# Conditions and facts. A kernel's event has come:
stage_has() {
	[ -n "${stage_event["$1 $2 "]-}" ]
}

# ... and one of its fields, "" if it has none:
stage_value() {
	echo "${stage_event["$1 $2 $3"]-}"
}

stage_has_exited() {
	[ -n "${stage_exit[$1]-}" ]
}

# WHO NAME has said a line with TEXT in it.
stage_has_said() {
	[[ ${stage_said["$1 $2"]-} == *"$3"* ]]
}

# Forget all that has been; for the next play.
stage_forget() {
	stage_deaf=yes
	while stage_take 50; do :; done
	stage_deaf=
	stage_event=() stage_exit=() stage_said=()
	stage_clock
	stage_begin_ns=$stage_now_ns
}

# The task of DEVICE as the kernel sees it now: sets stage_task_state, _ops, _bytes and
# _remaining_ns. Fails when there is none.
stage_status() {
	local answer

	answer=$(devtaskctl status "$(stage_value "$1" created task)" --json 2> /dev/null) || return 1
	stage_member "$answer" state
	stage_task_state=$stage_found
	# The first of a name is the task's, the others are its claims'.
	stage_member "$answer" ops
	stage_task_ops=$stage_found
	stage_member "$answer" bytes
	stage_task_bytes=$stage_found
	stage_member "$answer" remaining_ns
	stage_task_remaining_ns=$stage_found
}
