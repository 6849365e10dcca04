/* registry.c - every behaviour the sensor looks for, one row each. */
#include "detect/registry_private.h"

static const struct detector *const rows[] = {
    &detector_beacon,        &detector_dga,       &detector_dns_tunnel,  &detector_scan_hosts,
    &detector_scan_ports,    &detector_guessing,  &detector_flood,       &detector_reflection,
    &detector_exfil,         &detector_lateral,   &detector_new_service, &detector_remote_tool,
    &detector_control_write, &detector_cleartext, &detector_certificate, &detector_cert_name,
    &detector_fronting,      &detector_tor,
};
_Static_assert(COUNT(rows) <= DETECTORS_MOST, "settings and statistics have room for each");

const struct detector *detector_at(size_t i)
{
    return i < COUNT(rows) ? rows[i] : NULL;
}
