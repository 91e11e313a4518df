"""Stage synthesis: text, or the test split, to audible speech."""

from fs2.synthesis.find import VoiceFolders, find_voice
from fs2.synthesis.synthesise import synthesise
from fs2.synthesis.voice import Speech, Voice

__all__ = ["Speech", "Voice", "VoiceFolders", "find_voice", "synthesise"]
