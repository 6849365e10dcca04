/* umas.c - what Schneider Electric's programming tools ask of a controller, inside Modbus function 90.
 *
 * The protocol was never published. Its frame (a session key, then a function) and its functions are
 * what researchers agree on: L. Martin Liras, "The Unity (UMAS) protocol" (2017 on); Kaspersky ICS CERT, "The secrets
 * of Schneider Electric's UMAS protocol" (2022). "Upload" is from the controller, "download" to it.
 */
#include "control_private.h"

#include "modbus.h"

static const struct control_code functions[] = {
    {0x01, INTENT_READ, "InitComm"},
    {0x02, INTENT_READ, "ReadId"},
    {0x03, INTENT_READ, "ReadProjectInfo"},
    {0x04, INTENT_READ, "ReadPlcInfo"},
    {0x06, INTENT_READ, "ReadCardInfo"},
    {0x0a, INTENT_READ, "Repeat"},
    {0x10, INTENT_CONTROL, "TakePlcReservation"},
    {0x11, INTENT_CONTROL, "ReleasePlcReservation"},
    {0x12, INTENT_READ, "KeepAlive"},
    {0x20, INTENT_READ, "ReadMemoryBlock"},
    {0x22, INTENT_READ, "ReadVariables"},
    {0x23, INTENT_WRITE, "WriteVariables"},
    {0x24, INTENT_READ, "ReadCoilsRegisters"},
    {0x25, INTENT_WRITE, "WriteCoilsRegisters"},
    {0x30, INTENT_READ, "InitializeUpload"},
    {0x31, INTENT_READ, "UploadBlock"},
    {0x32, INTENT_READ, "EndStrategyUpload"},
    {0x33, INTENT_PROGRAM, "InitializeDownload"},
    {0x34, INTENT_PROGRAM, "DownloadBlock"},
    {0x35, INTENT_PROGRAM, "EndStrategyDownload"},
    {0x39, INTENT_READ, "ReadEthMasterData"},
    {0x40, INTENT_CONTROL, "StartPlc"},
    {0x41, INTENT_CONTROL, "StopPlc"},
    {0x50, INTENT_READ, "MonitorPlc"},
    {0x58, INTENT_READ, "CheckPlc"},
    {0x70, INTENT_READ, "ReadIoObject"},
    {0x71, INTENT_WRITE, "WriteIoObject"},
    {0x73, INTENT_READ, "GetStatusModule"},
};

const char *umas_function_name(uint16_t function)
{
    return control_code_name(functions, COUNT(functions), function);
}

enum dissect_intent umas_intent(uint16_t function)
{
    return control_code_intent(functions, COUNT(functions), function);
}
