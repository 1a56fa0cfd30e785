"""Batches with a date: quarantine, corrections, recalls."""
