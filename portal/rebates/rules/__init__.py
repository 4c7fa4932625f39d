"""The pure heart of rebates: a document is checked and compiled once, then facts go in, amounts and reasons come out.

policy = document.parse(document.read(text))            # Invalid carries every problem with its place
result = evaluation.evaluate(policy, facts.parse(data))
result.total_fen, explain.as_dict(result)
"""
