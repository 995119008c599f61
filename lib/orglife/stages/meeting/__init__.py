"""Stage meeting: 召开会议."""
