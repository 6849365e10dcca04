/* test_control_captures.c - real control rooms: so many messages, so many of each intent, file by file.
 *
 * The numbers of messages are what tshark 4.0 counts in the same files (function codes of Modbus and DNP3,
 * APDUs of IEC 104, PDUs of S7comm, ...), less its doubles: it counts a repeated segment twice. For DNP3 they
 * include link frames without a fragment, which are told once each. */
#include "dissect/control/control.h"
#include "tests/check.h"
#include "tests/unit/dissect/talk.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#define NDPI "pcaps/ntop+nDPI/tests/cfgs/default/pcap/"
#define ITI "pcaps/ITI+ICS-Security-Tools/pcaps/"

static const struct {
    const char *path;
    enum app app;
    unsigned messages, read, write, control, program;
} captures[] = {
    {NDPI "modbus.pcap", APP_MODBUS, 102, 102, 0, 0, 0},
    {"pcaps/cisagov+icsnpp-modbus/testing/traces/modbus_example.pcap", APP_MODBUS, 48, 30, 18, 0,
     0},
    {ITI "ModbusTCP/Modbus/modbus_test.pcap", APP_MODBUS, 2258, 2132, 126, 0, 0},
    {"zeek/traces/modbus__modbusSmall.pcap", APP_MODBUS, 32, 16, 16, 0, 0},
    {"zeek/traces/modbus__modbus-and-non-modbus-p502.pcap", APP_MODBUS, 12, 6, 6, 0, 0},
    {"zeek/traces/modbus__modbus-eit.pcap", APP_MODBUS, 4, 4, 0, 0, 0},
    {"zeek/traces/dnp3__dnp3.pcap", APP_DNP3, 115, 9, 16, 13, 0},
    {"zeek/traces/dnp3__dnp3_link_only.pcap", APP_DNP3, 9, 1, 0, 0, 0},
    {"zeek/traces/dnp3__dnp3_file_read.pcap", APP_DNP3, 11, 3, 2, 0, 0},
    {"zeek/traces/dnp3__dnp3_file_write.pcap", APP_DNP3, 6, 1, 0, 0, 2},
    {"zeek/traces/dnp3__dnp3_file_del.pcap", APP_DNP3, 2, 0, 0, 0, 1},
    {"zeek/traces/dnp3__dnp3_select_operate.pcap", APP_DNP3, 4, 0, 0, 2, 0},
    {"zeek/traces/dnp3__dnp3_udp_select_operate.pcap", APP_DNP3, 10, 1, 0, 2, 0},
    {"zeek/traces/dnp3__dnp3_udp_read.pcap", APP_DNP3, 23, 1, 0, 0, 0},
    {"pcaps/cisagov+icsnpp-dnp3/testing/traces/dnp3_example.pcap", APP_DNP3, 732, 97, 0, 267, 0},
    {"suricata/verify/dnp3/dnp3-flood/input.pcap", APP_DNP3, 33, 0, 0, 33, 0},
    {ITI "IEC60870-5-104/090813_diverse.pcap", APP_IEC104, 86, 3, 20, 26, 0},
    {NDPI "iec60780-5-104.pcap", APP_IEC104, 52, 3, 2, 9,
     0}, /* five clients send garbage on purpose */
    {NDPI "s7comm.pcap", APP_S7COMM, 36, 22, 0, 1, 11},
    {"pcaps/cisagov+icsnpp-s7comm/tests/traces/s7ident.pcap", APP_S7COMM, 22, 16, 0, 0, 0},
    {"pcaps/digitalbond+Quickdraw-Snort/s7_test.pcap", APP_S7COMM, 8, 4, 0, 0, 0},
    {NDPI "bacnet.pcap", APP_BACNET, 23, 16, 0, 0, 0},
    {NDPI "opc-ua.pcap", APP_OPCUA, 187, 176, 0, 0, 0},
    {"suricata/verify/enip-alert/enip_test1.pcap", APP_ENIP, 2, 0, 0, 0, 0},
    {NDPI "cip_io.pcap", APP_ENIP, 1, 0, 0, 0, 0},
};

struct counts {
    unsigned messages[APP_COUNT], intents[APP_COUNT][INTENTS];
};

static void count(void *context, const struct talk_message *m)
{
    struct counts *n = context;
    enum app app = m->dissector->app;
    n->messages[app]++;
    if (m->dissector->intent)
        n->intents[app][m->dissector->intent(m->facts)]++;
}

static void replay(const char *path, struct counts *n)
{
    struct talk t = {.told = count, .context = n};
    char full[512];
    *n = (struct counts){0};
    snprintf(full, sizeof full, "%s/%s", getenv("HINOMI_SHARED_DATA"), path);
    if (!talk_replay(&t, full))
        fail_msg("%s cannot be read", full);
}

static void messages_and_intents_are_counted_by_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(captures); i++) {
        struct counts n;
        enum app app = captures[i].app;
        const char *label = captures[i].path;
        replay(label, &n);
        CHECK_INT(n.messages[app], captures[i].messages, label);
        CHECK_INT(n.intents[app][INTENT_READ], captures[i].read, label);
        CHECK_INT(n.intents[app][INTENT_WRITE], captures[i].write, label);
        CHECK_INT(n.intents[app][INTENT_CONTROL], captures[i].control, label);
        CHECK_INT(n.intents[app][INTENT_PROGRAM], captures[i].program, label);
        for (unsigned other = 0; other < APP_COUNT; other++)
            if (other != app && control_is((enum app)other))
                CHECK_INT(n.messages[other], 0, label);
    }
}

static void no_control_rooms(const struct counts *n, const char *label)
{
    for (unsigned app = 0; app < APP_COUNT; app++)
        if (control_is((enum app)app))
            CHECK_INT(n->messages[app], 0, label);
}

/* Other traffic of plants and offices, in which none of these protocols is spoken. */
static void other_traffic_is_not_taken_for_them(void **state)
{
    static const char *const others[] = {
        ITI "C37.118/C37.118_1PMU_TCP.pcap",
        ITI "C37.118/C37.118_1PMU_UDP.pcap",
        ITI "IEC61850/8d7c7db0-9804-012b-b2a6-0016cb8cea27.pcap", /* MMS, on S7's port */
        ITI "IEC61850/Sample_File_MMS_and_GOOSE.pcap",
        ITI "IEC61850/m-send-req.mms.pcap",
        ITI "MELSEC/melsoft_129_clean.pcap",
        ITI "MELSEC/melsoft_UDP_clean_1.pcap",
        ITI "profinet/Profinet_Failed.pcap",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(others); i++) {
        struct counts n;
        replay(others[i], &n);
        no_control_rooms(&n, others[i]);
    }
}

static bool is_a_control_rooms(const char *name)
{
    static const char *const names[] = {"modbus", "dnp3",   "iec60780", "s7comm",
                                        "bacnet", "opc-ua", "cip_io"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strstr(name, names[i]))
            return true;
    return false;
}

/* How many captures of a folder were read; each of them without a control room's message. */
static unsigned folder_check(const char *folder)
{
    char path[1024];
    unsigned files = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        struct counts n = {0};
        struct talk t = {.told = count, .context = &n};
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        if (d->d_type != DT_REG || is_a_control_rooms(d->d_name) || !talk_replay(&t, path))
            continue;
        files++;
        no_control_rooms(&n, d->d_name);
    }
    closedir(dir);
    return files;
}

/* Whatever nDPI's and Zeek's tests hold beside the files above. */
static void offices_have_no_control_rooms(void **state)
{
    static const char *const folders[] = {"zeek/traces", NDPI};
    char path[512];
    unsigned files = 0;
    (void)state;
    for (size_t f = 0; f < COUNT(folders); f++) {
        snprintf(path, sizeof path, "%s/%s", getenv("HINOMI_SHARED_DATA"), folders[f]);
        files += folder_check(path);
    }
    assert_true(files > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_and_intents_are_counted_by_file),
        cmocka_unit_test(other_traffic_is_not_taken_for_them),
        cmocka_unit_test(offices_have_no_control_rooms),
    };
    const char *data = getenv("HINOMI_SHARED_DATA");
    char path[512];
    snprintf(path, sizeof path, "%s/zeek/traces", data ? data : "");
    if (!data || access(path, R_OK) != 0) {
        print_message("skipped: no captures of control rooms (HINOMI_SHARED_DATA)\n");
        return 77;
    }
    return cmocka_run_group_tests_name("control captures", tests, NULL, NULL);
}
