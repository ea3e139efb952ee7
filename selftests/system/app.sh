# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# An installed app on the stage, by default the example: its manifest, its user, and the hand of the
# administrator on foreground, consent and settings. Needs play.sh. To be sourced in the test machine.

app_user=tester
app_name=Example.Logger
app_device=usb:1209:0001
app_home=/usr/libexec/devtask/apps/$app_name
app_manifest=/etc/devtask/apps.d/$app_name.appxmanifest
app_conf=/etc/devtask/devtask.conf
# What is installed; and what is started, if not the example with a file of its own.
app_template=examples/logger/AppxManifest.xml
app_programs=(build/examples/logger/logger-app build/examples/logger/logger-sync)
app_command=()

app_install() {
	id "$app_user" > "$stage_dir/answers" 2>&1 || useradd --create-home "$app_user"
	cp -a build/lib/libdevtask.so* /usr/lib/
	ldconfig
	install -D -t "$app_home" "${app_programs[@]}"
	app_write_manifest
	install -d -m 0755 /etc/devtask
}

# app_write_manifest [SED-SCRIPT]: the example's manifest, perhaps changed.
app_write_manifest() {
	install -d "${app_manifest%/*}"
	sed -e "${1-}" "$app_template" > "$stage_dir/manifest"
	install -m 0644 "$stage_dir/manifest" "$app_manifest"
}

# Settings are lines of devtask.conf; without any, all defaults.
app_configure() {
	printf '%s\n' "$@" > "$app_conf"
	kill -HUP "$(pgrep -x devtaskd)"
	# The helper answers when it has read them: it does one thing after the other.
	devtaskctl consent list > "$stage_dir/answers"
}

app_permit() {
	devtaskctl consent grant --user "$app_user" "$app_name" "$app_device" > "$stage_dir/answers"
}

app_forget() {
	devtaskctl consent forget --user "$app_user" "$app_name" "$app_device" \
		> "$stage_dir/answers" 2>&1 || true
}

# app_start NAME: start the app as its user, in the foreground unless app_in_background is set; what
# it says is "program NAME", its end "tool exit NAME". Sets app_pid.
app_start() {
	local name=$1 command=("${app_command[@]}")

	[ ${#command[@]} -gt 0 ] || command=("$app_home/logger-app" "/tmp/$name.got")
	rm -f "$stage_dir/got" "$stage_dir/hold.$name" "$stage_dir/pid.$name"
	unset "stage_exit[$name]"
	mkfifo -m 0644 "$stage_dir/hold.$name"
	chmod 0755 "$stage_dir"
	(
		status=0
		# shellcheck disable=SC2016 # the inner shell expands it
		setpriv --reuid="$app_user" --regid="$app_user" --init-groups \
			sh -c 'read -r _ < "$1"; shift; exec "$@"' sh "$stage_dir/hold.$name" \
			"${command[@]}" < /dev/null \
			> >(stage_relay program "$name") 2>&1 &
		echo $! > "$stage_dir/pid.$name"
		wait $! 2> /dev/null || status=$?
		stage_clock
		echo "tool|$stage_now_ns|exit|$name|$status" > "$stage_dir/stream"
	) &
	stage_until "the app has been started" test -s "$stage_dir/pid.$name"
	read -r app_pid < "$stage_dir/pid.$name"
	if [ -z "${app_in_background-}" ]; then
		stage_until "the app runs as its user" app_put_in_front
	fi
	echo > "$stage_dir/hold.$name"
}

app_put_in_front() {
	devtaskctl foreground set "$app_pid" --user "$app_user" > "$stage_dir/answers" 2>&1
}

# The newest record of the history: sets app_record, app_kind and app_reasons.
app_read_history() {
	app_record=$(devtaskctl history --limit 1 --json)
	stage_member "$app_record" kind
	app_kind=$stage_found
	app_reasons=
	if [[ $app_record =~ \"reasons\":\ *\[([^]]*)\] ]]; then
		app_reasons=${BASH_REMATCH[1]//[\" ]/}
		app_reasons=${app_reasons//,/ }
	fi
}

# app_must_be_denied VERDICT REASONS TEXT: an app that starts now is.
app_must_be_denied() {
	app_start app
	must "no end" stage_await 60000 stage_has_exited app
	must_be "exit status of the app" "${stage_exit[app]-}" 2
	must "it was not told $1: $3" stage_await 5000 stage_has_said program app "verdict $1: $3"
	app_read_history
	must_be "record" "$app_kind" denied
	must_be "reasons" "$app_reasons" "$2"
}
