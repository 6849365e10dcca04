/* registry_private.h - the rows, each the last thing of its file. */
#pragma once

#include "detect/detect.h"

extern const struct detector detector_beacon, detector_dga, detector_dns_tunnel,
    detector_scan_hosts, detector_scan_ports, detector_guessing, detector_flood,
    detector_reflection, detector_exfil, detector_lateral, detector_new_service,
    detector_remote_tool, detector_control_write, detector_cleartext, detector_certificate,
    detector_cert_name, detector_fronting, detector_tor;
