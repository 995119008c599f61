"""Stage appraisal: 民主评议."""
