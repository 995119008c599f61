"""Stage report: 备案与报告."""
