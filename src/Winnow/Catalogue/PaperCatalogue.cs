using System.Collections.Frozen;

namespace Winnow.Catalogue;

/// <summary>The papers whose methods and findings Winnow has, or is to have.</summary>
public static class PaperCatalogue
{
    private static readonly Paper[] s_papers =
    [
        // search
        new("particle-filter", "A Probabilistic Inference Approach to Inference-Time Scaling of LLMs using Particle-Based Monte Carlo Methods", "search", "Winnow/Search",
            "Treats reasoning steps as particles that a step scorer weighs and resamples, so that one wrong score does not end a good path.", PaperStatus.Available),
        new("repeated-sampling", "Large Language Monkeys: Scaling Inference Compute with Repeated Sampling", "search", "Winnow/Search",
            "Shows how coverage grows with the number of draws, fits a law to it, and how much of it a selector can collect.", PaperStatus.Available),
        new("master", "MASTER: A Multi-Agent System with LLM Specialized MCTS", "search", "Winnow/Search",
            "Tree search for questions without a reward: the model assesses its own steps with a confidence, and stops when an answer survives a check.", PaperStatus.Planned),
        new("verifier-based-scaling", "Scaling Test-Time Compute Without Verification or RL is Suboptimal", "search", "Winnow/Search",
            "Says when a verifier with search beats imitating good traces as budgets grow, and measures from samples whether that is the case.", PaperStatus.Planned),
        new("plansearch", "Planning In Natural Language Improves LLM Search For Code Generation", "search", "Winnow/Search",
            "Searches over ideas in plain language before writing code, so that many draws do not repeat the same wrong idea.", PaperStatus.Planned),
        new("compute-optimal", "Scaling LLM Test-Time Compute Optimally can be More Effective than Scaling Model Parameters", "search", "Winnow/Search",
            "Chooses strategy and settings per difficulty and budget, and says when test-time compute beats a larger model.", PaperStatus.Planned),
        // judging
        new("auto-j", "Generative Judge for Evaluating Alignment", "judging", "Winnow/Judging",
            "One judge that compares two answers or grades one, with a written reason, over many kinds of everyday requests.", PaperStatus.Planned),
        new("p-true", "Language Models (Mostly) Know What They Know", "judging", "Winnow/Judging",
            "Asks the model itself how probable it is that an answer is right, or that it can answer at all, and checks the calibration.", PaperStatus.Planned),
        new("grm", "Inference-Time Scaling for Generalist Reward Modeling", "judging", "Winnow/Judging",
            "Judges open answers by generated principles and critiques, better the more often the judge is sampled.", PaperStatus.Planned),
        // decoding
        new("locally-typical", "Locally Typical Sampling", "decoding", "Winnow/Decoding",
            "Keeps the next tokens whose surprise is near the expected one, which avoids both dull and incoherent text.", PaperStatus.Available),
        new("vocabulary-navigation", "Correlation and Navigation in the Vocabulary Key Representation Space of Language Models", "decoding", "Winnow/Decoding",
            "Steers next-token choice away from tokens whose output vectors resemble those at the top, for answers that really differ.", PaperStatus.Available),
        new("ariel", "AriEL: volume coding for sentence generation", "decoding", "Winnow/Decoding",
            "Maps sentences to boxes whose volume is their probability, so that evenly spread points give different valid sentences.", PaperStatus.Available),
        new("mirostat", "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity", "decoding", "Winnow/Decoding",
            "Holds the surprise of generated text at a target by feedback on the truncation of each step.", PaperStatus.Available),
        // selection
        new("ssd-llm", "LLM as Dataset Analyst: Subpopulation Structure Discovery with Large Language Model", "selection", "Winnow/Selection",
            "Lets a language model name the hidden groups of a data set, to organise it, balance it, or find where a model fails.", PaperStatus.Planned),
        new("mig", "MIG: Automatic Data Selection for Instruction Tuning by Maximizing Information Gain in Semantic Space", "selection", "Winnow/Selection",
            "Picks instruction data that covers the space of topics with good answers, by greedy growth of one information measure.", PaperStatus.Planned),
        new("amtrl-lasso", "Improved Active Multi-Task Representation Learning via Lasso", "selection", "Winnow/Selection",
            "Decides how many samples to buy from each source task for a target with few labels, by a sparse measure of relevance.", PaperStatus.Planned),
        new("zip-fit", "ZIP-FIT: Embedding-Free Data Selection via Compression-Based Alignment", "selection", "Winnow/Selection",
            "Ranks training rows by how well they compress together with a few target examples: no model, no embedding.", PaperStatus.Planned),
        new("quad", "Harnessing Diversity for Important Data Selection in Pretraining Large Language Models", "selection", "Winnow.Torch/Influence",
            "Selects pre-training data by influence and diversity: clusters are arms of a bandit, and only promising ones are scored.", PaperStatus.Planned),
        new("sdim", "Sampling Is All You Need on Modeling Long-Term User Behaviors for CTR Prediction", "selection", "Winnow/Retrieval",
            "Attends from a query to a very long history by hash collisions, at a cost that does not grow with the history.", PaperStatus.Planned),
        new("diversify-and-conquer", "Diversify and Conquer: Diversity-Centric Data Selection with Iterative Refinement", "selection", "Winnow/Selection",
            "Picks a representative subset by clustering and quality, then shifts the mix between clusters towards where training lags.", PaperStatus.Planned),
        new("lp-sensitivity", "Sharper Bounds for ell_p Sensitivity Sampling", "selection", "Winnow/Selection",
            "Replaces a large data matrix by few weighted rows that keep every linear model’s loss, with a guarantee.", PaperStatus.Planned),
        new("dated", "DATED: Guidelines for Creating Synthetic Datasets for Engineering Design Applications", "selection", "Winnow/Selection",
            "Rules for generating synthetic data sets: how to sample inputs, how many, and how to check diversity and realism.", PaperStatus.Planned),
        new("adapt-inf", "Adapt-infty: Scalable Lifelong Multimodal Instruction Tuning via Dynamic Data Selection", "selection", "Winnow/Selection",
            "Keeps a bounded, balanced training pool while data sets arrive over time, with a score of importance chosen per skill.", PaperStatus.Planned),
        new("got-d", "Get more for less: Principled Data Selection for Warming Up Fine-Tuning in LLMs", "selection", "Winnow/Selection",
            "Picks warm-up data that pulls a pre-trained model towards a task fastest, by the gradient of an optimal-transport distance.", PaperStatus.Planned),
        new("rds-plus", "Large-Scale Data Selection for Instruction Tuning", "selection", "Winnow/Selection",
            "Selects instruction data by cosine of position-weighted hidden states, taking turns over the target’s queries.", PaperStatus.Planned),
        // retrieval
        new("udr", "Unified Demonstration Retriever for In-Context Learning", "retrieval", "Winnow/Retrieval",
            "Trains one retriever of demonstrations for many tasks from a language model’s own ranking of candidates.", PaperStatus.Planned),
        new("active-prompt", "Active Prompting with Chain-of-Thought for Large Language Models", "retrieval", "Winnow/Retrieval",
            "Chooses which questions deserve a written chain of thought: those on which the model’s own draws disagree most.", PaperStatus.Planned),
        new("interpolation-extrapolation", "Evaluating Interpolation and Extrapolation Performance of Neural Retrieval Models", "retrieval", "Winnow/Retrieval",
            "Splits retrieval test queries by likeness to training queries, and reports both regimes apart.", PaperStatus.Planned),
        new("conjugate-prompting", "Understanding Catastrophic Forgetting in Language Models via Implicit Inference", "retrieval", "Winnow/Retrieval",
            "Rewrites a prompt so that it looks less like fine-tuning data, which brings back abilities that seemed forgotten.", PaperStatus.Planned),
        new("promptagator", "Promptagator: Few-shot Dense Retrieval From 8 Examples", "retrieval", "Winnow/Retrieval",
            "Writes training queries for a retriever from a description and at most eight examples of a retrieval task.", PaperStatus.Planned),
        new("ugr", "A Unified Generative Retriever for Knowledge-Intensive Language Tasks via Prompt Learning", "retrieval", "Winnow/Retrieval",
            "One generator retrieves documents, passages, sentences and entities, told apart by prompt tokens.", PaperStatus.Planned),
        new("seal", "Autoregressive Search Engines: Generating Substrings as Document Identifiers", "retrieval", "Winnow/Retrieval",
            "Retrieves by generating substrings that occur in the corpus, and scores passages by those they contain.", PaperStatus.Planned),
        // evaluation
        new("big-bench", "Beyond the Imitation Game: Quantifying and extrapolating the capabilities of language models", "evaluation", "Winnow/Evaluation",
            "A format and a metric for many small tasks by many authors, so that any text model can be measured on one scale.", PaperStatus.Planned),
        new("passuntil", "Unlock Predictable Scaling from Emergent Abilities", "evaluation", "Winnow/Evaluation",
            "Draws until a success to measure tiny pass rates, so that abilities that seem to emerge suddenly can be extrapolated.", PaperStatus.Planned),
        new("boxbart", "In-BoXBART: Get Instructions into Biomedical Multi-Task Learning", "evaluation", "Winnow/Evaluation",
            "Turns biomedical data sets into one text-to-text form with instructions, and asks whether the instructions help.", PaperStatus.Planned),
        new("textgen-review", "Text Generation: A Systematic Literature Review of Tasks, Evaluation, and Challenges", "evaluation", "Winnow/Metrics",
            "A survey of text generation: its tasks, its metrics and their weaknesses, used as a checklist for evaluation.", PaperStatus.Available),
        new("zsb", "Zero-shot Benchmarking: A Framework for Flexible and Scalable Automatic Evaluation of Language Models", "evaluation", "Winnow/Evaluation",
            "Builds a benchmark without data: one model writes the questions, models answer, one model judges, and the ranking is checked.", PaperStatus.Planned),
        new("eval-variance", "Quantifying Variance in Evaluation Benchmarks", "evaluation", "Winnow/Evaluation",
            "Measures the noise of a benchmark over seeds and checkpoints, so that a difference can be told from chance.", PaperStatus.Planned),
        new("natural-instructions", "Cross-Task Generalization via Natural Language Crowdsourcing Instructions", "evaluation", "Winnow/Evaluation",
            "Sixty-one tasks with human instructions, to measure whether a model solves unseen tasks better when it reads them.", PaperStatus.Planned),
        new("bbh", "Challenging BIG-Bench Tasks and Whether Chain-of-Thought Can Solve Them", "evaluation", "Winnow/Evaluation",
            "Twenty-three hard tasks of BIG-bench, on which reasoning step by step changes what models can do.", PaperStatus.Planned),
        new("occupational-bias", "Bias Out-of-the-Box: An Empirical Analysis of Intersectional Occupational Biases in Popular Generative Language Models", "evaluation", "Winnow/Evaluation",
            "Audits which occupations a generator gives to people described by gender and another attribute, against labour statistics.", PaperStatus.Planned),
        new("opt-iml", "OPT-IML: Scaling Language Model Instruction Meta Learning through the Lens of Generalization", "evaluation", "Winnow/Evaluation",
            "How to mix very many tasks for instruction tuning, and how to tell generalisation at three levels apart.", PaperStatus.Planned),
        new("hpt", "Hierarchical Prompting Taxonomy: A Universal Evaluation Framework for Large Language Models", "evaluation", "Winnow/Evaluation",
            "Ranks prompt strategies by cognitive load, and takes the cheapest that solves an item as its difficulty.", PaperStatus.Planned),
        // adaptation
        new("again", "Meta Automatic Curriculum Learning", "adaptation", "Winnow.Torch/Curricula",
            "Starts the curriculum of a new learner from those that worked for similar earlier learners, instead of exploring the task space from nothing.", PaperStatus.Planned),
        new("modular-vision", "An Efficient General-Purpose Modular Vision Model via Multi-Task Heterogeneous Training", "adaptation", "Winnow.Torch/MultiTask",
            "Trains one vision model of many experts on data sets with different labels, so that a task can later take only the experts it needs.", PaperStatus.Planned),
        new("controllable-multitask", "Efficient Controllable Multi-Task Architectures", "adaptation", "Winnow.Torch/MultiTask",
            "Trains one network whose width and task weights can be set after training, to fit a compute budget and a preference between tasks.", PaperStatus.Planned),
        new("anytasktune", "AnyTaskTune: Advanced Domain-Specific Solutions through Task-Fine-Tuning", "adaptation", "Winnow.Torch/Training",
            "A procedure for small organisations: cut a domain into sub-tasks, build data for each, and tune a model on them.", PaperStatus.Planned),
        new("codegen2", "CodeGen2: Lessons for Training LLMs on Programming and Natural Languages", "adaptation", "Winnow.Torch/Training",
            "Compares architectures and objectives for models of code, and trains one mixture of plain and infilling prediction.", PaperStatus.Planned),
        new("atlas", "Knowledge Composition using Task Vectors with Learned Anisotropic Scaling", "adaptation", "Winnow.Torch/Adaptation",
            "Composes fine-tuned models by learning one coefficient for each parameter block of each task vector, from little data.", PaperStatus.Planned),
        new("mhr", "Multi-Head Adapter Routing for Cross-Task Generalization", "adaptation", "Winnow.Torch/Adaptation",
            "Shares a small inventory of adapters between tasks and learns, per head, which of them to mix; a new task tunes few numbers.", PaperStatus.Planned),
        new("meta-world", "Meta-World: A Benchmark and Evaluation for Multi-Task and Meta Reinforcement Learning", "adaptation", "Winnow.Torch/Reinforcement",
            "Fifty robot-arm tasks with a shared arm and action space, to measure multi-task and meta reinforcement learning.", PaperStatus.Planned),
        new("skill-localization", "Task-Specific Skill Localization in Fine-tuned Language Models", "adaptation", "Winnow.Torch/Adaptation",
            "Finds the few parameters of a fine-tuned model that carry its new skill, and grafts them onto the original.", PaperStatus.Planned),
        new("step-law", "Predictable Scale: Part I -- Optimal Hyperparameter Scaling Law in Large Language Model Pretraining", "adaptation", "Winnow/Scaling",
            "Predicts the best learning rate and batch size of a pre-training run from its parameters and tokens.", PaperStatus.Planned),
        new("tame", "TAME: Task Agnostic Continual Learning using Multiple Experts", "adaptation", "Winnow.Torch/Continual",
            "Learns from a stream whose task changes unannounced: notices the change, adds an expert, and routes at test time.", PaperStatus.Planned),
        new("task-hinting", "Improving Length-Generalization in Transformers via Task Hinting", "adaptation", "Winnow.Torch/Training",
            "Trains a simpler related task alongside, so that a model handles inputs longer than those it was trained on.", PaperStatus.Planned),
        new("self-sampled", "Learning Math Reasoning from Self-Sampled Correct and Partially-Correct Solutions", "adaptation", "Winnow.Torch/Training",
            "Trains a model on its own right and partly right solutions, so that it does not cling to one way of solving.", PaperStatus.Planned),
        new("taskexpert", "TaskExpert: Dynamically Assembling Multi-Task Representations with Memorial Mixture-of-Experts", "adaptation", "Winnow.Torch/MultiTask",
            "Mixes several expert views of an image for each task and sample, with a memory per task over the layers.", PaperStatus.Planned),
        new("autotransfer", "AutoTransfer: AutoML with Knowledge Transfer -- An Application to Graph Neural Networks", "adaptation", "Winnow.Torch/AutoMl",
            "Chooses model designs for a new graph task from the results on earlier tasks that resemble it.", PaperStatus.Planned),
        // diffusion
        new("feynman-kac", "Feynman-Kac Correctors in Diffusion: Annealing, Guidance, and Product of Experts", "diffusion", "Winnow.Torch/Diffusion",
            "Weighs and resamples denoising particles so that annealed, guided and multiplied diffusion models sample what they should.", PaperStatus.Planned),
        new("diffusion-overview", "An Overview of Diffusion Models: Applications, Guided Generation, Statistical Rates and Optimization", "diffusion", "Winnow.Torch/Diffusion",
            "The mathematics of diffusion samplers, guidance and reward-directed generation: a source of exact tests.", PaperStatus.Planned),
        new("video-t1", "Video-T1: Test-Time Scaling for Video Generation", "diffusion", "Winnow.Torch/Diffusion",
            "Spends test-time compute on video generation by looking at partial videos and dropping the poor ones early.", PaperStatus.Planned),
        new("diffusion-search", "Inference-Time Scaling for Diffusion Models beyond Scaling Denoising Steps", "diffusion", "Winnow.Torch/Diffusion",
            "Spends compute on searching the noise a diffusion model starts from, guided by a verifier, where more denoising steps no longer pay.", PaperStatus.Planned),
        // agents
        new("tool-docs", "Tool Documentation Enables Zero-Shot Tool-Usage with Large Language Models", "agents", "Winnow.Agents",
            "Puts the documentation of tools into the prompt, found by retrieval where it does not fit, instead of demonstrations.", PaperStatus.Planned),
        new("synapse", "Synapse: Trajectory-as-Exemplar Prompting with Memory for Computer Control", "agents", "Winnow.Agents",
            "Shows a computer-control agent whole successful trajectories found in a memory, with pages cut down to what matters.", PaperStatus.Planned),
        new("taskmatrix", "TaskMatrix.AI: Completing Tasks by Connecting Foundation Models with Millions of APIs", "agents", "Winnow.Agents",
            "An architecture in which a general model finds, combines and calls special-purpose interfaces too many to list in a prompt.", PaperStatus.Planned),
        new("omniact", "OmniACT: A Dataset and Benchmark for Enabling Multimodal Generalist Autonomous Agents for Desktop and Web", "agents", "Winnow.Agents",
            "Instructions and screenshots whose solution is a desktop script, over several operating systems and the web.", PaperStatus.Planned),
        new("webarena", "WebArena: A Realistic Web Environment for Building Autonomous Agents", "agents", "Winnow.Agents",
            "A reproducible set of web sites with tasks in plain language, judged by what was really achieved.", PaperStatus.Planned),
        new("taskbench", "TaskBench: Benchmarking Large Language Models for Task Automation", "agents", "Winnow.Agents",
            "Generates requests from a graph of tools and scores an agent’s plan, tool choice and parameters apart.", PaperStatus.Planned),
    ];

    private static readonly FrozenDictionary<string, Paper> s_byId = s_papers.ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);

    /// <summary>All papers, by family.</summary>
    public static IReadOnlyList<Paper> All => s_papers;

    /// <summary>The paper with an id; null where there is none.</summary>
    /// <param name="id">Kebab-case.</param>
    public static Paper? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return s_byId.GetValueOrDefault(id);
    }
}
