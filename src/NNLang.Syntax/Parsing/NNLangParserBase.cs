using Antlr4.Runtime;
using NNLang.Syntax.Generated;

namespace NNLang.Syntax.Parsing;

/// <summary>
/// What the generated parser stands on: rules that begin and end are told to a <see cref="GreenBuilder"/>, and nesting is limited, so that no text
/// can exhaust the stack of the parser or of anything that walks its tree.
/// </summary>
internal abstract class NNLangParserBase : Parser
{
    /// <summary>Rule levels; the rules that only choose among others do not count.</summary>
    public const int MaximumLevels = 1500;

    /// <summary>Operators or postfixes in a row.</summary>
    public const int MaximumChain = 1000;

    private Frame[] frames = new Frame[64];
    private int frameCount;
    private int levels;

    protected NNLangParserBase(ITokenStream input, TextWriter output, TextWriter errorOutput)
        : base(input, output, errorOutput)
    {
        Stream = (ElementTokenStream)input;
    }

    public ElementTokenStream Stream { get; }

    public GreenBuilder Builder { get; } = new();

    /// <summary>The rules that run, outermost first.</summary>
    public ReadOnlySpan<Frame> Frames => frames.AsSpan(0, frameCount);

    public Frame Top => frames[frameCount - 1];

    /// <summary>How deep the element lies that is parsed alone.</summary>
    public void SetOuterLevels(int outer) => levels = outer;

    public override void EnterRule(ParserRuleContext localctx, int state, int ruleIndex)
    {
        if (ruleIndex == NNLangParser.RULE_postfix)
        {
            LimitChain(ref frames[frameCount - 1]);
        }

        PushFrame(ruleIndex);
        State = state;
        Context = localctx;
    }

    public override void ExitRule()
    {
        var frame = PopFrame();
        Builder.Reduce(frame.Rule, frame.Start, frameCount > 0 ? Top.Start : 0);
        State = Context.invokingState;
        Context = (ParserRuleContext)Context.Parent;
    }

    public override void EnterRecursionRule(ParserRuleContext localctx, int state, int ruleIndex, int precedence)
    {
        PushFrame(ruleIndex);
        base.EnterRecursionRule(localctx, state, ruleIndex, precedence);
    }

    public override void PushNewRecursionContext(ParserRuleContext localctx, int state, int ruleIndex)
    {
        LimitChain(ref frames[frameCount - 1]);
        Builder.ReduceTerm(Top.Start);
        base.PushNewRecursionContext(localctx, state, ruleIndex);
    }

    public override void UnrollRecursionContexts(ParserRuleContext _parentctx)
    {
        var frame = PopFrame();
        Builder.ReduceTerm(frame.Start);
        base.UnrollRecursionContexts(_parentctx);
    }

    public override IToken Consume()
    {
        var token = CurrentToken;
        Take();
        return token;
    }

    /// <summary>What is pushed from now on belongs to the rule around.</summary>
    public void MoveFrameStart() => frames[frameCount - 1].Start = Builder.Count;

    /// <summary>True for rules that begin with <c>{</c> and end with its partner.</summary>
    public static bool IsBraces(int rule) => rule is NNLangParser.RULE_body or NNLangParser.RULE_items
        or NNLangParser.RULE_weightsMap or NNLangParser.RULE_branch;

    /// <summary>True for rules that are lists of elements.</summary>
    public static bool IsList(int rule) => rule is NNLangParser.RULE_body or NNLangParser.RULE_items
        or NNLangParser.RULE_weightsMap or NNLangParser.RULE_file;

    private static bool Counts(int rule) => rule is not (NNLangParser.RULE_argument or NNLangParser.RULE_primary
        or NNLangParser.RULE_ifValue or NNLangParser.RULE_elseIfValue or NNLangParser.RULE_elseValue
        or NNLangParser.RULE_name or NNLangParser.RULE_label or NNLangParser.RULE_string or NNLangParser.RULE_number);

    private void Take()
    {
        var index = Stream.Index;
        var kind = Stream.Current;
        if (Stream.Tokens.Green(index) is { } green)
        {
            var frame = Top;
            if (kind == SyntaxKind.CommaToken && frame.Rule is NNLangParser.RULE_items or NNLangParser.RULE_weightsMap)
            {
                Builder.PushSeparator(green, frame.Start);
            }
            else
            {
                Builder.Push(green);
            }
        }

        if (Stream.Tokens.RunAfter(index) is { } run)
        {
            Builder.RunMisplaced |= !IsList(Top.Rule);
            Builder.Push(run);
        }

        Stream.Consume();
    }

    private void PushFrame(int rule)
    {
        if (Counts(rule))
        {
            if (levels >= MaximumLevels)
            {
                throw new TooDeepException(this);
            }

            levels++;
        }

        if (frameCount == frames.Length)
        {
            Array.Resize(ref frames, frameCount * 2);
        }

        frames[frameCount++] = new Frame(rule, Builder.Count, Stream.Index);
    }

    private Frame PopFrame()
    {
        var frame = frames[--frameCount];
        levels -= Counts(frame.Rule) ? 1 : 0;
        return frame;
    }

    private void LimitChain(ref Frame frame)
    {
        if (++frame.Chain > MaximumChain || (Builder.Count > 0 && Builder[Builder.Count - 1].Height > MaximumLevels))
        {
            throw new TooDeepException(this);
        }
    }

    /// <summary>A rule that runs: which, where what it pushed begins, and its first token.</summary>
    internal struct Frame(int rule, int start, int token)
    {
        public readonly int Rule = rule;
        public readonly int Token = token;
        public int Start = start;
        public int Chain;
    }
}
