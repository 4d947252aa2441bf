"""Measuring the archive on judged data; each evaluator prints one flat JSON object."""
