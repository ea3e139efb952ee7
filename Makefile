# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types. Every rule hands over to the room that does the work; the kernel module's own
# makefile is Kbuild.

KERNELS ?= 6.1
PREFIX ?= /usr
DESTDIR ?=
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
SUITES := $(patsubst %/Makefile,%,$(wildcard selftests/*/Makefile))

# For rules that install packages first: quietly, and on all processors.
BUILD = @echo 'building programs, tests and the module for $(1)'; \
	$(MAKE) -s --no-print-directory -j$(shell nproc) all selftests KERNELS='$(1)'

export KERNELS PREFIX DESTDIR

help:
	@echo 'devtask $(VERSION): background tasks that the kernel holds to their device and their limits'
	@echo
	@echo '  make demo          see it work: a sync and a firmware update, six acts in a virtual machine'
	@echo '  make check         all tests on Debian 12'\''s kernel; KERNELS="6.1 6.12 newest": on all three'
	@echo '  make check-debug   the tests again on a kernel with KASAN, lockdep and kmemleak'
	@echo '  make bench         what a guarded call costs, in instructions'
	@echo '  make vm            a shell in the virtual machine, module and helper running'
	@echo
	@echo '  make all           the programs and the module for KERNELS, into build/'
	@echo '  make userspace     the programs only'
	@echo '  make modules       the module only'
	@echo '  make dkms-check    build by dkms, load the result in the virtual machine'
	@echo '  make install       programs, and the module'\''s sources for dkms (DESTDIR, PREFIX)'
	@echo '  make uninstall     take them away again'
	@echo '  make clean         remove build/'
	@echo
	@echo 'demo and check install the Debian packages that they need, and say which before they do.'

all: userspace modules

deps:
	@scripts/install-deps

userspace:
	$(MAKE) -C userspace

modules:
	selftests/vm/build-module $(KERNELS)

selftests: $(SUITES)

$(SUITES):
	$(MAKE) -C $@

# Packages first: the rest does not build without them.
check: deps
	$(call BUILD,$(KERNELS))
	@selftests/run --kernels "$(KERNELS)" $(RUNFLAGS)

check-debug: deps
	$(call BUILD,debug)
	@selftests/run --debug $(RUNFLAGS)

# Only what the demo needs: it is the first thing that a newcomer tries.
demo:
	@scripts/install-deps rig user demo
	@echo 'building the programs, the emulated device and the module'
	@$(MAKE) -s --no-print-directory -j$(shell nproc) all selftests/devices KERNELS=6.1
	@selftests/system/demo/run

bench: deps
	$(call BUILD,6.1)
	@selftests/bench/run

vm: deps
	$(call BUILD,6.1)
	@selftests/vm/run --tty --timeout 86400 -- bash -l

dkms-check: deps
	@$(MAKE) -s userspace
	@selftests/run --suites selftests/dkms --results build/results

install: userspace install-module
	$(MAKE) -C userspace install

# The module is installed as sources: dkms builds it for each kernel that comes.
install-module:
	install -d $(DESTDIR)/usr/src/devtask-$(VERSION)
	cp -r Kbuild dkms.conf kmod include $(DESTDIR)/usr/src/devtask-$(VERSION)/
	@echo 'Build and load the module: dkms install devtask/$(VERSION) && modprobe devtask'

uninstall:
	$(MAKE) -C userspace uninstall
	rm -rf $(DESTDIR)/usr/src/devtask-$(VERSION)

clean:
	rm -rf build

.PHONY: help all deps userspace modules selftests $(SUITES) check check-debug demo bench vm \
	dkms-check install install-module uninstall clean
