"""Evaluation: metrics by clip and by system, and the report (paper section 3)."""
