# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the installed programs under systemd share: install, module, helper. The
# machine starts bare and without the module. To be sourced; see also selftests/cli/guest.sh.
# shellcheck disable=SC2034,SC2086
. selftests/cli/guest.sh
# The installed programs, not those below build/.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$tests
module=${DEVTASK_MODULE:-$PWD/build/module/$(uname -r)/devtask.ko}
unit=devtaskd.service

# What "make install" does on a running system, and what the module's packaging would do.
install_devtask() {
	userspace/install
	modprobe -a uhid hid_generic
}

load_module() {
	local depends

	depends=$(modinfo -F depends "$module")
	modprobe -a ${depends//,/ }
	insmod "$module"
	udevadm settle
}

# Starts the helper by whatever has to be there for it.
install_and_start() {
	install_devtask
	load_module
	systemctl start devtaskd.service
}

main_pid() {
	systemctl show -P MainPID $unit
}

is_active() {
	systemctl --quiet is-active "$1"
}

# another_helper PID: a helper serves, and it is not that one.
another_helper() {
	[ "$(main_pid)" != "$1" ] && [ "$(main_pid)" != 0 ] && silently devtaskctl doctor
}

runs() {
	[ "$(devtaskctl status "$id" --json | jq -r .state)" = running ]
}
