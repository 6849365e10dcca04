/* smb_names.c - numbers of SMB by the names that Microsoft's documents and Suricata use. */
#include "smb_private.h"

static const struct office_code commands1[] = {
    {0x00, "CREATE_DIRECTORY"},
    {0x01, "DELETE_DIRECTORY"},
    {0x02, "OPEN"},
    {0x03, "CREATE"},
    {0x04, "CLOSE"},
    {0x05, "FLUSH"},
    {0x06, "DELETE"},
    {0x07, "RENAME"},
    {0x08, "QUERY_INFORMATION"},
    {0x09, "SET_INFORMATION"},
    {0x0a, "READ"},
    {0x0b, "WRITE"},
    {0x0c, "LOCK_BYTE_RANGE"},
    {0x0d, "UNLOCK_BYTE_RANGE"},
    {0x0e, "CREATE_TEMPORARY"},
    {0x0f, "CREATE_NEW"},
    {0x10, "CHECK_DIRECTORY"},
    {0x11, "PROCESS_EXIT"},
    {0x12, "SEEK"},
    {0x13, "LOCK_AND_READ"},
    {0x14, "WRITE_AND_UNLOCK"},
    {0x24, "LOCKING_ANDX"},
    {0x25, "TRANS"},
    {0x26, "TRANS_SECONDARY"},
    {0x27, "IOCTL"},
    {0x2b, "ECHO"},
    {0x2c, "WRITE_AND_CLOSE"},
    {0x2d, "OPEN_ANDX"},
    {0x2e, "READ_ANDX"},
    {0x2f, "WRITE_ANDX"},
    {0x32, "TRANS2"},
    {0x33, "TRANS2_SECONDARY"},
    {0x34, "FIND_CLOSE2"},
    {0x70, "TREE_CONNECT"},
    {0x71, "TREE_DISCONNECT"},
    {SMB1_NEGOTIATE, "NEGOTIATE_PROTOCOL"},
    {SMB1_SESSION_SETUP, "SESSION_SETUP_ANDX"},
    {0x74, "LOGOFF_ANDX"},
    {SMB1_TREE_CONNECT, "TREE_CONNECT_ANDX"},
    {0x80, "QUERY_INFO_DISK"},
    {0x81, "SEARCH"},
    {0xa0, "NT_TRANS"},
    {0xa1, "NT_TRANS_SECONDARY"},
    {0xa2, "NT_CREATE_ANDX"},
    {0xa4, "NT_CANCEL"},
    {0xa5, "NT_RENAME"},
    {0xc0, "OPEN_PRINT_FILE"},
    {0xc1, "WRITE_PRINT_FILE"},
    {0xc2, "CLOSE_PRINT_FILE"},
};

static const char *const commands2[] = {
    "NEGOTIATE_PROTOCOL",
    "SESSION_SETUP",
    "SESSION_LOGOFF",
    "TREE_CONNECT",
    "TREE_DISCONNECT",
    "CREATE",
    "CLOSE",
    "FLUSH",
    "READ",
    "WRITE",
    "LOCK",
    "IOCTL",
    "CANCEL",
    "KEEPALIVE",
    "FIND",
    "CHANGE_NOTIFY",
    "GET_INFO",
    "SET_INFO",
    "OPLOCK_BREAK",
};

static const struct office_code dialects[] = {
    {0x0202, "2.02"}, {0x0210, "2.10"}, {0x0222, "2.22"}, {0x0224, "2.24"}, {0x02ff, "2.??"},
    {0x0300, "3.00"}, {0x0302, "3.02"}, {0x0310, "3.10"}, {0x0311, "3.11"},
};

/* MS-CIFS 1.7, MS-SMB2 3.3.5.3; a name that is not here is not kept. */
static const struct str dialects1[] = {
    S_("unknown"),
    S_("PC NETWORK PROGRAM 1.0"),
    S_("PCLAN1.0"),
    S_("XENIX CORE"),
    S_("MICROSOFT NETWORKS 1.03"),
    S_("MICROSOFT NETWORKS 3.0"),
    S_("LANMAN1.0"),
    S_("Windows for Workgroups 3.1a"),
    S_("DOS LM1.2X002"),
    S_("LM1.2X002"),
    S_("DOS LANMAN2.1"),
    S_("LANMAN2.1"),
    S_("Samba"),
    S_("NT LANMAN 1.0"),
    S_("NT LM 0.12"),
    S_("CIFS"),
    S_("SMB 2.002"),
    S_("SMB 2.???"),
};

/* MS-ERREF 2.3.1: those that file servers answer with. */
static const struct office_code statuses[] = {
    {0x00000000, "STATUS_SUCCESS"},
    {0x00000103, "STATUS_PENDING"},
    {0x0000010b, "STATUS_NOTIFY_CLEANUP"},
    {0x0000010c, "STATUS_NOTIFY_ENUM_DIR"},
    {0x00010002, "STATUS_INVALID_SMB"},
    {0x0005000c, "STATUS_SMB_BAD_TID"},
    {0x005b0002, "STATUS_SMB_BAD_UID"},
    {0x80000005, "STATUS_BUFFER_OVERFLOW"},
    {0x80000006, "STATUS_NO_MORE_FILES"},
    {0x8000002d, "STATUS_STOPPED_ON_SYMLINK"},
    {0xc0000001, "STATUS_UNSUCCESSFUL"},
    {0xc0000002, "STATUS_NOT_IMPLEMENTED"},
    {0xc0000003, "STATUS_INVALID_INFO_CLASS"},
    {0xc0000004, "STATUS_INFO_LENGTH_MISMATCH"},
    {0xc0000008, "STATUS_INVALID_HANDLE"},
    {0xc000000d, "STATUS_INVALID_PARAMETER"},
    {0xc000000e, "STATUS_NO_SUCH_DEVICE"},
    {0xc000000f, "STATUS_NO_SUCH_FILE"},
    {0xc0000010, "STATUS_INVALID_DEVICE_REQUEST"},
    {0xc0000011, "STATUS_END_OF_FILE"},
    {0xc0000016, "STATUS_MORE_PROCESSING_REQUIRED"},
    {0xc0000022, "STATUS_ACCESS_DENIED"},
    {0xc0000023, "STATUS_BUFFER_TOO_SMALL"},
    {0xc0000024, "STATUS_OBJECT_TYPE_MISMATCH"},
    {0xc0000033, "STATUS_OBJECT_NAME_INVALID"},
    {0xc0000034, "STATUS_OBJECT_NAME_NOT_FOUND"},
    {0xc0000035, "STATUS_OBJECT_NAME_COLLISION"},
    {0xc000003a, "STATUS_OBJECT_PATH_NOT_FOUND"},
    {0xc000003b, "STATUS_OBJECT_PATH_SYNTAX_BAD"},
    {0xc0000043, "STATUS_SHARING_VIOLATION"},
    {0xc0000054, "STATUS_FILE_LOCK_CONFLICT"},
    {0xc0000055, "STATUS_LOCK_NOT_GRANTED"},
    {0xc0000056, "STATUS_DELETE_PENDING"},
    {0xc0000061, "STATUS_PRIVILEGE_NOT_HELD"},
    {0xc0000064, "STATUS_NO_SUCH_USER"},
    {0xc000006a, "STATUS_WRONG_PASSWORD"},
    {0xc000006d, "STATUS_LOGON_FAILURE"},
    {0xc000006e, "STATUS_ACCOUNT_RESTRICTION"},
    {0xc000006f, "STATUS_INVALID_LOGON_HOURS"},
    {0xc0000070, "STATUS_INVALID_WORKSTATION"},
    {0xc0000071, "STATUS_PASSWORD_EXPIRED"},
    {0xc0000072, "STATUS_ACCOUNT_DISABLED"},
    {0xc000007e, "STATUS_RANGE_NOT_LOCKED"},
    {0xc000007f, "STATUS_DISK_FULL"},
    {0xc000009a, "STATUS_INSUFFICIENT_RESOURCES"},
    {0xc00000ac, "STATUS_PIPE_NOT_AVAILABLE"},
    {0xc00000ae, "STATUS_PIPE_BUSY"},
    {0xc00000b0, "STATUS_PIPE_DISCONNECTED"},
    {0xc00000b5, "STATUS_IO_TIMEOUT"},
    {0xc00000ba, "STATUS_FILE_IS_A_DIRECTORY"},
    {0xc00000bb, "STATUS_NOT_SUPPORTED"},
    {0xc00000c9, "STATUS_NETWORK_NAME_DELETED"},
    {0xc00000ca, "STATUS_NETWORK_ACCESS_DENIED"},
    {0xc00000cb, "STATUS_BAD_DEVICE_TYPE"},
    {0xc00000cc, "STATUS_BAD_NETWORK_NAME"},
    {0xc00000d0, "STATUS_REQUEST_NOT_ACCEPTED"},
    {0xc0000101, "STATUS_DIRECTORY_NOT_EMPTY"},
    {0xc0000103, "STATUS_NOT_A_DIRECTORY"},
    {0xc000010a, "STATUS_PROCESS_IS_TERMINATING"},
    {0xc0000120, "STATUS_CANCELLED"},
    {0xc0000121, "STATUS_CANNOT_DELETE"},
    {0xc0000128, "STATUS_FILE_CLOSED"},
    {0xc000014b, "STATUS_PIPE_BROKEN"},
    {0xc000015b, "STATUS_LOGON_TYPE_NOT_GRANTED"},
    {0xc0000193, "STATUS_ACCOUNT_EXPIRED"},
    {0xc0000203, "STATUS_USER_SESSION_DELETED"},
    {0xc0000205, "STATUS_INSUFF_SERVER_RESOURCES"},
    {0xc0000224, "STATUS_PASSWORD_MUST_CHANGE"},
    {0xc0000225, "STATUS_NOT_FOUND"},
    {0xc0000234, "STATUS_ACCOUNT_LOCKED_OUT"},
    {0xc0000257, "STATUS_PATH_NOT_COVERED"},
    {0xc000035c, "STATUS_NETWORK_SESSION_EXPIRED"},
};

const char *smb1_command_name(uint16_t command)
{
    return office_code_name(commands1, COUNT(commands1), command);
}

const char *smb2_command_name(uint16_t command)
{
    return command < COUNT(commands2) ? commands2[command] : NULL;
}

uint8_t smb1_dialect_number(struct str name)
{
    for (size_t i = 1; i < COUNT(dialects1); i++)
        if (str_eq(name, dialects1[i]))
            return (uint8_t)i;
    return 0;
}

const char *smb1_dialect_name(uint8_t number)
{
    return dialects1[number < COUNT(dialects1) ? number : 0].ptr;
}

const char *smb2_dialect_name(uint16_t dialect)
{
    const char *name = office_code_name(dialects, COUNT(dialects), dialect);
    return name ? name : "unknown";
}

const char *smb_status_name(uint32_t status)
{
    return office_code_name(statuses, COUNT(statuses), status);
}
