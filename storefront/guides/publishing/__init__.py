"""From what somebody typed to what readers see: revisions, the gate, the clock, previews."""
