"""Seconds and scores of sacrebleu and rouge_score on two files of one text a line, as JSON.

Each metric runs in this process after imports, three times (TER once), and the least time counts.
Packages: sacrebleu, rouge-score (pip), or their sources on PYTHONPATH. What is not there is left out with a word.
"""
import functools
import gc
import json
import sys
import time


def forget():
    """Empties caches of functions, so that each repeat reads the texts as the first one did."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper):
            thing.cache_clear()


def measure(run, repeats=3):
    best = float("inf")
    for _ in range(repeats):
        forget()
        start = time.perf_counter()
        score = run()
        best = min(best, time.perf_counter() - start)
    return {"seconds": best, "score": score}


def main(hypothesis_file, reference_file):
    with open(hypothesis_file, encoding="utf-8") as file:
        hypotheses = file.read().splitlines()
    with open(reference_file, encoding="utf-8") as file:
        references = file.read().splitlines()
    results = {}
    try:
        from sacrebleu.metrics import BLEU, CHRF, TER
    except ImportError as missing:
        print(f"sacrebleu is left out: {missing}", file=sys.stderr)
    else:
        results["bleu"] = measure(lambda: BLEU().corpus_score(hypotheses, [references]).score)
        results["chrf"] = measure(lambda: CHRF().corpus_score(hypotheses, [references]).score)
        results["chrf++"] = measure(lambda: CHRF(word_order=2).corpus_score(hypotheses, [references]).score)
        results["ter"] = measure(lambda: TER().corpus_score(hypotheses, [references]).score, repeats=1)
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as missing:
        print(f"rouge_score is left out: {missing}", file=sys.stderr)
    else:
        def rouge(kind):
            scorer = RougeScorer([kind], use_stemmer=True)
            scores = (scorer.score(r, h)[kind].fmeasure for r, h in zip(references, hypotheses))
            return 100 * sum(scores) / len(hypotheses)
        for kind in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
            results[kind] = measure(lambda: rouge(kind))
    json.dump(results, sys.stdout)


main(*sys.argv[1:])
