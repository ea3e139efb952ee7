# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The app of selftests/apps on the stage, with a HID device: what costs nothing while it waits, so
# that minutes may pass. Needs play.sh and app.sh. To be sourced in the test machine.
# shellcheck disable=SC2034

app_name=Example.Pulse
app_device=hid:1209:0001
app_home=/usr/libexec/devtask/apps/$app_name
app_manifest=/etc/devtask/apps.d/$app_name.appxmanifest
app_template=selftests/apps/pulse.appxmanifest
app_programs=(build/selftests/apps/pulse-app build/selftests/apps/pulse-sync)

pulse_log=/tmp/pulse.log        # what the task notes
pulse_device_pid=
pulse_go=                       # descriptor of what the app's step go= waits for
pulse_floor_cycles=400000000
pulse_second=1000000000

pulse_attached() {
	[[ $(devtaskctl devices --json) == *'"hid:1209:0001"'* ]]
}

pulse_plug() {
	modprobe -a uhid hid_generic
	build/selftests/cli/hid-device 1209 0001 Pulse P1 &
	pulse_device_pid=$!
	stage_pids+=("$pulse_device_pid")
	stage_until "the HID device is attached" pulse_attached
	udevadm settle
}

pulse_unplug() {
	kill "$pulse_device_pid"
	wait "$pulse_device_pid" 2> /dev/null || true
}

# pulse_start STEP...: start the app with these steps; as app_start.
pulse_start() {
	rm -f "$pulse_log" "$stage_dir/go"
	mkfifo -m 0644 "$stage_dir/go"
	# Both ends, so that nobody waits for an app that has gone.
	[ -z "$pulse_go" ] || exec {pulse_go}>&-
	exec {pulse_go}<> "$stage_dir/go"
	app_command=("$app_home/pulse-app" "$@")
	app_start app
}

# pulse_run ORDERS [STEP...]: have the entry point run with these orders; then the app takes the
# steps, by default it listens to the end.
pulse_run() {
	local orders=$1

	shift
	[ $# -gt 0 ] || set -- hear=completed
	pulse_start open register=sync "request=log=$pulse_log $orders" "$@"
}

# Let the app take the step behind go=.
pulse_go() {
	echo >&"$pulse_go"
}

# pulse_await SECONDS CONDITION...: as stage_await, for minutes: it is looked at only when something
# is said.
pulse_await() {
	local end

	stage_clock
	end=$((stage_now_ns + $1 * pulse_second))
	shift
	until "$@"; do
		stage_take 30000 || true
		stage_clock
		[ "$stage_now_ns" -lt "$end" ] || return 1
	done
}

# CPU time in us that makes so many cycles.
pulse_us_of() {
	local mhz

	mhz=$(awk '/^cpu MHz/ { print int($4 + 0.5); exit }' /proc/cpuinfo)
	echo $(($1 / mhz))
}

# How the history tells the cancellations of the newest run: sets pulse_recorded. There is one of them.
pulse_read_history() {
	local record

	pulse_recorded=
	while IFS= read -r record; do
		[[ $record == *'"kind":"canceled"'* ]] || continue
		stage_member "$record" reason
		pulse_recorded+="canceled $stage_found"
		stage_member "$record" detail
		pulse_recorded+=", $stage_found"
		stage_member "$record" measured
		pulse_recorded+=" $stage_found"
		stage_member "$record" required
		pulse_recorded+=" of $stage_found"
	done < <(devtaskctl history --limit 4 --json)
}

# pulse_must_end REASON DETAIL [SECONDS]: the task is cancelled for that and ends, and task and history
# say the same, with the same numbers. Sets pulse_measured, pulse_required, pulse_told.
pulse_must_end() {
	local why="$1, $2"

	must "it was not cancelled" pulse_await "${3-30}" stage_has $app_device canceled
	must "it did not end" pulse_await 30 stage_has $app_device ended
	must_be "reason" "$(facts_reason $app_device)" "$1/$2"
	pulse_measured=$(stage_value $app_device canceled measured_ns)
	pulse_required=$(stage_value $app_device canceled required_ns)
	pulse_told="canceled $why ${pulse_measured:-0} of ${pulse_required:-0}"
	pulse_read_history
	must_be "what the history says" "$pulse_recorded" "$pulse_told"
	must "the task was not told: $pulse_told" grep -q "^$pulse_told at" "$pulse_log"
}

# The app heard the same, and with its last word TEXT.
pulse_must_hear() {
	must "the app did not end" stage_await 20000 stage_has_exited app
	must "the app was not told: $pulse_told" \
		stage_await 5000 stage_has_said program app "$pulse_told"
	must "the app did not hear: $1" stage_await 5000 stage_has_said program app "$1"
}

pulse_must_start() {
	must "no start" stage_await 60000 stage_has_said program app progress
}

# The task ends by itself, cancelled by nobody.
pulse_must_complete() {
	must "the app did not end" pulse_await "$1" stage_has_exited app
	must "the kernel has told no end" stage_await 5000 stage_has $app_device ended
	must "the app did not hear of the end" \
		stage_await 5000 stage_has_said program app "completed status 0"
	must_be "reason" "$(facts_reason $app_device)" /
}

# Orders for an echo in 4900 ms that make the task use so many cycles in so many seconds.
pulse_work() {
	echo "every-ms=4900 spin-us=$(($(pulse_us_of "$1") * 49 / 10 / $2))"
}

# A system bus with somebody on it who plays logind; the app's user is logged in.
pulse_log_in() {
	local ready

	mkdir -p /run/dbus
	cat > "$stage_dir/bus.conf" <<-'END'
		<busconfig><listen>unix:path=/run/dbus/system_bus_socket</listen>
		<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
		<allow own="*"/><allow user="*"/></policy></busconfig>
	END
	exec {ready}< <(exec dbus-daemon --config-file="$stage_dir/bus.conf" --nofork --nopidfile \
		--print-address)
	stage_pids+=($!)
	read -r _ <&"$ready"
	mkfifo "$stage_dir/login"
	exec {pulse_login}<> "$stage_dir/login"
	build/selftests/apps/login-stage "$(id -u "$app_user")" < "$stage_dir/login" \
		> >(stage_relay other login) &
	stage_pids+=($!)
	must "the helper does not ask logind" pulse_await 120 stage_has_said other login told
}

# pulse_login_must ORDER: it obeys, and the helper has heard of it.
pulse_login_must() {
	stage_said["other login"]=
	echo "$1" >&"$pulse_login"
	must "the helper does not ask logind" stage_await 5000 stage_has_said other login told
}
