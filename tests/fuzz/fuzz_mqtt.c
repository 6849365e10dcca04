/* fuzz_mqtt.c - any bytes as MQTT's packets. */
#include "office.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return office_fuzz(&dissector_mqtt, data, size);
}
