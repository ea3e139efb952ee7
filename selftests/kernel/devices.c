// SPDX-License-Identifier: GPL-2.0-only
/*
 * The emulated devices themselves, without devtask: if these fail, no other result of this
 * folder means anything.
 */
#include <fcntl.h>

#include "kselftest_harness.h"

#include "clock.h"
#include "gadget.h"
#include "hid.h"
#include "usbfs.h"

FIXTURE(hid_device)
{
	struct hid hid;
	int fd;
};

FIXTURE_SETUP(hid_device)
{
	ASSERT_EQ(0, hid_plug(&self->hid));
	self->fd = open(self->hid.node, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(hid_device)
{
	close(self->fd);
	hid_unplug(&self->hid);
}

TEST_F(hid_device, echoes_an_output_report_as_input)
{
	unsigned char out[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 }, in[64];

	ASSERT_EQ(9, write(self->fd, out, 9));
	ASSERT_EQ(8, read(self->fd, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(out + 1, in, 8));
	EXPECT_EQ(1, hid_traffic(&self->hid));
}

TEST_F(hid_device, vanishes_when_unplugged)
{
	hid_unplug(&self->hid);
	EXPECT_TRUE(clock_wait(access(self->hid.node, F_OK), 2000));
}

FIXTURE(usb_device)
{
	struct gadget usb;
	int fd;
};

FIXTURE_SETUP(usb_device)
{
	ASSERT_EQ(0, gadget_plug(&self->usb));
	self->fd = open(self->usb.node, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, usbfs_claim(self->fd));
}

FIXTURE_TEARDOWN(usb_device)
{
	close(self->fd);
	gadget_remove(&self->usb);
}

TEST_F(usb_device, answers_where_it_should)
{
	unsigned char buf[512] = { 0 };

	EXPECT_EQ(GADGET_RECORD, usbfs_bulk(self->fd, self->usb.source, buf, 512, 2000));
	EXPECT_EQ(100, usbfs_bulk(self->fd, self->usb.sink, buf, 100, 2000));
	EXPECT_EQ(16, usbfs_control(self->fd, GADGET_ASK, buf, 16, 2000));
	EXPECT_EQ(24, usbfs_control(self->fd, GADGET_TELL, buf, 24, 2000));
	EXPECT_TRUE(clock_wait(gadget_traffic(&self->usb) == 4, 2000));
}

TEST_F(usb_device, is_silent_where_it_should)
{
	unsigned char buf[512] = { 0 };

	EXPECT_EQ(-ETIMEDOUT, usbfs_bulk(self->fd, self->usb.mute, buf, 512, 100));
	EXPECT_EQ(-ETIMEDOUT, usbfs_bulk(self->fd, self->usb.deaf, buf, 100, 100));
	EXPECT_EQ(-ETIMEDOUT, usbfs_control(self->fd, GADGET_HANG, buf, 16, 100));
	EXPECT_EQ(16, usbfs_control(self->fd, GADGET_ASK, buf, 16, 2000));
	EXPECT_EQ(0, atomic_load(&self->usb.state->mute));
	EXPECT_EQ(0, atomic_load(&self->usb.state->deaf));
}

TEST_F(usb_device, feeds_and_drains_its_silent_ends_when_told)
{
	unsigned char buf[512] = { 0 };

	atomic_store(&self->usb.state->feed_mute, 1);
	atomic_store(&self->usb.state->drain_deaf, 1);
	EXPECT_EQ(GADGET_RECORD, usbfs_bulk(self->fd, self->usb.mute, buf, 512, 2000));
	EXPECT_EQ(100, usbfs_bulk(self->fd, self->usb.deaf, buf, 100, 2000));
	EXPECT_TRUE(clock_wait(gadget_traffic(&self->usb) == 2, 2000))
		TH_LOG("mute %u, deaf %u, setups %u", atomic_load(&self->usb.state->mute),
		       atomic_load(&self->usb.state->deaf), atomic_load(&self->usb.state->setups));
}

TEST_F(usb_device, comes_back_after_an_unplug)
{
	unsigned char buf[512];

	ASSERT_EQ(0, gadget_unplug(&self->usb));
	EXPECT_TRUE(clock_wait(access(self->usb.node, F_OK), 2000));
	close(self->fd);
	ASSERT_EQ(0, gadget_replug(&self->usb));
	self->fd = open(self->usb.node, O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, usbfs_claim(self->fd));
	EXPECT_EQ(GADGET_RECORD, usbfs_bulk(self->fd, self->usb.source, buf, 512, 2000));
}

TEST_HARNESS_MAIN
