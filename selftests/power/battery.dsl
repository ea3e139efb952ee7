// SPDX-License-Identifier: GPL-2.0-only
//
// A charger ADP0 and a battery BAT0 of 50 Wh for the test machine. What they are is in registers that
// QEMU has and Linux leaves alone (of the ISA DMA page), so that a test can write it at /dev/port:
//
//   0x81  how full the battery is, in percent; as much over 100 as wanted
//   0x82  bit 0: no AC; bit 1: the battery's bay is empty; bit 2: the battery does not tell how full
//
// A thermal zone that is looked at each second tells the kernel of a change, as real firmware does.
DefinitionBlock ("", "SSDT", 2, "DVTASK", "BATTERY", 0x00000001)
{
    Scope (\_SB)
    {
        OperationRegion (REGS, SystemIO, 0x81, 0x02)
        Field (REGS, ByteAcc, NoLock, Preserve) { FILL, 8, BITS, 8 }

        Device (ADP0)
        {
            Name (_HID, "ACPI0003")
            Name (_PCL, Package () { \_SB })
            Method (_STA, 0) { Return (0x0F) }
            Method (_PSR, 0) { If (BITS & 1) { Return (0) } Return (1) }
        }
        Device (BAT0)
        {
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, 1)
            Name (_PCL, Package () { \_SB })
            Method (_STA, 0) { If (BITS & 2) { Return (0x0F) } Return (0x1F) }
            Method (_BIF, 0)
            {
                Return (Package () { 0, 50000, 50000, 1, 12000, 2500, 500, 10, 10, "BATTERY", "1",
                                     "LION", "devtask" })
            }
            Method (_BST, 0)
            {
                Local0 = Package () { 0, 0, 0, 12000 }
                If (BITS & 1) { Local0 [0] = 1 Local0 [1] = 10000 }
                Local0 [2] = FILL * 500
                If (BITS & 4) { Local0 [2] = 0xFFFFFFFF }
                Return (Local0)
            }
        }
    }
    Scope (\_TZ)
    {
        ThermalZone (TELL)
        {
            Name (SEEN, 0)
            Name (_TZP, 10)
            Name (_CRT, 4000)
            Method (_TMP, 0, Serialized)
            {
                Local0 = \_SB.FILL | (\_SB.BITS << 8)
                If (Local0 != SEEN)
                {
                    If ((SEEN ^ Local0) & 0x0200) { Notify (\_SB.BAT0, 0x81) }
                    SEEN = Local0
                    Notify (\_SB.BAT0, 0x80)
                    Notify (\_SB.ADP0, 0x80)
                }
                Return (3000)
            }
        }
    }
}
