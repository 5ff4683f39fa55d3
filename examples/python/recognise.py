#!/usr/bin/env python3
"""Recognises English speech on its standard input, 16 kHz mono, and prints each sentence: speech.sh demo | recognise.py

It uses PocketSphinx, which brings a small model along: pip install pocketsphinx
"""

import argparse
import sys

from pocketsphinx import Decoder, Endpointer


def sentences(stream):
    """Yields the text of each stretch of speech in a stream of 16-bit samples."""
    endpointer = Endpointer(sample_rate=16000)
    decoder = Decoder(samprate=16000)
    while True:
        data = stream.read(endpointer.frame_bytes)
        last = len(data) < endpointer.frame_bytes
        spoke = endpointer.in_speech
        speech = endpointer.end_stream(data) if last else endpointer.process(data)
        if speech is not None:
            if not spoke:
                decoder.start_utt()
            decoder.process_raw(speech)
            if last or not endpointer.in_speech:
                decoder.end_utt()
                if hypothesis := decoder.hyp():
                    yield hypothesis.hypstr
        if last:
            return


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        for sentence in sentences(sys.stdin.buffer):
            print(sentence, flush=True)
    except KeyboardInterrupt:
        pass
