"""Zip archives: judged before anything is unpacked, then read as what they hold."""
