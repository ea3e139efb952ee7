# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of the test machine share: where the cache is, how they speak, how they lock.
# Sourced, never run. It must not know what a kernel or a guest is.

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
top_dir=$(realpath "$vm_dir/../..")
export vm_dir top_dir

# A make above us is none of the kernel's makefiles' business.
unset MAKEFLAGS MFLAGS MAKELEVEL

cache_dir=${DEVTASK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/devtask}
mkdir -p "$cache_dir"
cache_dir=$(realpath "$cache_dir")

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# die STATUS SENTENCE...
die() {
	local status=$1
	shift
	say "$@"
	exit "$status"
}

# need PROGRAM PACKAGE: a missing program is one sentence with the way out.
need() {
	command -v "$1" >/dev/null ||
		die 126 "the program $1 is missing; install package $2, or run scripts/install-deps"
}

# with_lock NAME FUNCTION ARGS...: run FUNCTION while no other process holds NAME.
with_lock() {
	local lock=$cache_dir/lock.$1 fd status
	shift
	exec {fd}>"$lock"
	flock "$fd"
	# Not in a condition: there the shell would go on after a step of FUNCTION that failed. Where it
	# stops here instead, the lock ends with the script.
	"$@"
	status=$?
	exec {fd}>&-
	return $status
}

# in_use DIR: DIR serves today; its brothers that have not served for a month are removed.
in_use() {
	touch "$1/used"
	find "${1%/*}" -mindepth 2 -maxdepth 2 -name used -mtime +30 -printf '%h\n' | xargs -r rm -rf
}

# replace_link TARGET LINK: atomically, so that a reader sees the old or the new one.
replace_link() {
	ln -sfn "$1" "$2.$$"
	mv -T "$2.$$" "$2"
}
