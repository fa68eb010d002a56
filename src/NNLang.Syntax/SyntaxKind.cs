using NNLang.Syntax.Generated;

namespace NNLang.Syntax;

/// <summary>
/// What a token, a piece of trivia or a node is. Tokens and trivia have the numbers of the generated lexer, so that nothing is translated.
/// </summary>
public enum SyntaxKind : ushort
{
    /// <summary>The end of the text.</summary>
    EndOfFile = 0,

    /// <summary>The zero-width end of a list element, placed by the layout step; never in a tree.</summary>
    EndOfElement = NNLangLexer.END,

    /// <summary>The word <c>import</c>.</summary>
    ImportKeyword = NNLangLexer.IMPORT,

    /// <summary>The word <c>weights</c>.</summary>
    WeightsKeyword = NNLangLexer.WEIGHTS,

    /// <summary>The word <c>block</c>.</summary>
    BlockKeyword = NNLangLexer.BLOCK,

    /// <summary>The word <c>network</c>.</summary>
    NetworkKeyword = NNLangLexer.NETWORK,

    /// <summary>The word <c>device</c>.</summary>
    DeviceKeyword = NNLangLexer.DEVICE,

    /// <summary>The word <c>return</c>.</summary>
    ReturnKeyword = NNLangLexer.RETURN,

    /// <summary>The word <c>repeat</c>.</summary>
    RepeatKeyword = NNLangLexer.REPEAT,

    /// <summary>The word <c>if</c>.</summary>
    IfKeyword = NNLangLexer.IF,

    /// <summary>The word <c>else</c>.</summary>
    ElseKeyword = NNLangLexer.ELSE,

    /// <summary>The word <c>assert</c>.</summary>
    AssertKeyword = NNLangLexer.ASSERT,

    /// <summary>The word <c>dim</c>.</summary>
    DimKeyword = NNLangLexer.DIM,

    /// <summary>The word <c>as</c>.</summary>
    AsKeyword = NNLangLexer.AS,

    /// <summary>The word <c>with</c>.</summary>
    WithKeyword = NNLangLexer.WITH,

    /// <summary>The word <c>and</c>.</summary>
    AndKeyword = NNLangLexer.AND,

    /// <summary>The word <c>or</c>.</summary>
    OrKeyword = NNLangLexer.OR,

    /// <summary>The word <c>not</c>.</summary>
    NotKeyword = NNLangLexer.NOT,

    /// <summary>The word <c>true</c>.</summary>
    TrueKeyword = NNLangLexer.TRUE,

    /// <summary>The word <c>false</c>.</summary>
    FalseKeyword = NNLangLexer.FALSE,

    /// <summary>The word <c>none</c>.</summary>
    NoneKeyword = NNLangLexer.NONE,

    /// <summary>The word <c>inf</c>.</summary>
    InfKeyword = NNLangLexer.INF,

    /// <summary>The word <c>nan</c>.</summary>
    NanKeyword = NNLangLexer.NAN,

    /// <summary>A bare name.</summary>
    NameToken = NNLangLexer.NAME,

    /// <summary>A name in backticks.</summary>
    QuotedNameToken = NNLangLexer.QUOTED,

    /// <summary>A string in double quotes.</summary>
    StringToken = NNLangLexer.STRING,

    /// <summary>An integer.</summary>
    IntegerToken = NNLangLexer.INT,

    /// <summary>A number with a point or an exponent.</summary>
    FloatToken = NNLangLexer.FLOAT,

    /// <summary>A number with a unit.</summary>
    QuantityToken = NNLangLexer.QUANTITY,

    /// <summary><c>|&gt;</c></summary>
    PipeToken = NNLangLexer.PIPE,

    /// <summary><c>-&gt;</c></summary>
    ArrowToken = NNLangLexer.ARROW,

    /// <summary><c>...</c></summary>
    EllipsisToken = NNLangLexer.ELLIPSIS,

    /// <summary><c>**</c></summary>
    PowerToken = NNLangLexer.POW,

    /// <summary><c>==</c></summary>
    EqualsEqualsToken = NNLangLexer.EQ,

    /// <summary><c>!=</c></summary>
    NotEqualsToken = NNLangLexer.NE,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqualToken = NNLangLexer.LE,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqualToken = NNLangLexer.GE,

    /// <summary><c>&lt;</c></summary>
    LessToken = NNLangLexer.LT,

    /// <summary><c>&gt;</c></summary>
    GreaterToken = NNLangLexer.GT,

    /// <summary><c>=</c></summary>
    AssignToken = NNLangLexer.ASSIGN,

    /// <summary><c>+</c></summary>
    PlusToken = NNLangLexer.PLUS,

    /// <summary><c>-</c></summary>
    MinusToken = NNLangLexer.MINUS,

    /// <summary><c>*</c></summary>
    StarToken = NNLangLexer.STAR,

    /// <summary><c>/</c></summary>
    SlashToken = NNLangLexer.SLASH,

    /// <summary><c>%</c></summary>
    PercentToken = NNLangLexer.PERCENT,

    /// <summary><c>(</c></summary>
    OpenParenToken = NNLangLexer.LPAREN,

    /// <summary><c>)</c></summary>
    CloseParenToken = NNLangLexer.RPAREN,

    /// <summary><c>[</c></summary>
    OpenBracketToken = NNLangLexer.LBRACK,

    /// <summary><c>]</c></summary>
    CloseBracketToken = NNLangLexer.RBRACK,

    /// <summary><c>{</c></summary>
    OpenBraceToken = NNLangLexer.LBRACE,

    /// <summary><c>}</c></summary>
    CloseBraceToken = NNLangLexer.RBRACE,

    /// <summary><c>,</c></summary>
    CommaToken = NNLangLexer.COMMA,

    /// <summary><c>:</c></summary>
    ColonToken = NNLangLexer.COLON,

    /// <summary><c>.</c></summary>
    DotToken = NNLangLexer.DOT,

    /// <summary><c>@</c></summary>
    AtToken = NNLangLexer.AT,

    /// <summary><c>?</c></summary>
    QuestionToken = NNLangLexer.QUESTION,

    /// <summary>A semicolon; always skipped.</summary>
    SemicolonToken = NNLangLexer.SEMI,

    /// <summary><c>+=</c> and its like (NN1010).</summary>
    CompoundAssignToken = NNLangLexer.BAD_ASSIGN,

    /// <summary>A number that is none (NN1005).</summary>
    BadNumberToken = NNLangLexer.BAD_NUMBER,

    /// <summary>A bare name with characters beyond ASCII (NN1013).</summary>
    BadNameToken = NNLangLexer.BAD_NAME,

    /// <summary>A string in single quotes (NN1006).</summary>
    BadStringToken = NNLangLexer.BAD_STRING,

    /// <summary>A string without its end (NN1001).</summary>
    OpenStringToken = NNLangLexer.OPEN_STRING,

    /// <summary>A quoted name without its end (NN1002).</summary>
    OpenQuotedNameToken = NNLangLexer.OPEN_QUOTED,

    /// <summary><c>/// text</c>.</summary>
    DocCommentTrivia = NNLangLexer.DOC_COMMENT,

    /// <summary><c>// text</c>.</summary>
    CommentTrivia = NNLangLexer.COMMENT,

    /// <summary><c># text</c> or <c>/* text</c> (NN1007).</summary>
    BadCommentTrivia = NNLangLexer.BAD_COMMENT,

    /// <summary>Blanks, tabs and the byte order mark.</summary>
    SpaceTrivia = NNLangLexer.SPACE,

    /// <summary>LF, CR LF or CR.</summary>
    LineBreakTrivia = NNLangLexer.NEWLINE,

    /// <summary>A character of no token (NN1011).</summary>
    UnknownCharacterTrivia = NNLangLexer.UNKNOWN,

    /// <summary>A token skipped by the layout step: a closing bracket without partner, or a semicolon.</summary>
    SkippedTokenTrivia = 90,

    /// <summary>Tokens that no rule took.</summary>
    SkippedTokens = 100,

    /// <summary>The place of an expression that is not there; of width 0.</summary>
    MissingExpression,

    /// <summary>A file.</summary>
    File,

    /// <summary>The members of a file.</summary>
    MemberList,

    /// <summary><c>import "x.nn"</c>.</summary>
    ImportDeclaration,

    /// <summary><c>a as b</c> in an import.</summary>
    ImportedName,

    /// <summary><c>weights</c>.</summary>
    WeightsDeclaration,

    /// <summary>The map of a <c>weights</c> declaration.</summary>
    WeightsMap,

    /// <summary>The fields of a weights map.</summary>
    FieldList,

    /// <summary><c>block</c>.</summary>
    BlockDeclaration,

    /// <summary><c>network</c>.</summary>
    NetworkDeclaration,

    /// <summary>Parameters in parentheses.</summary>
    ParameterList,

    /// <summary>One parameter.</summary>
    Parameter,

    /// <summary><c>-&gt;</c> and the result types.</summary>
    Results,

    /// <summary>One result type, named or not.</summary>
    Result,

    /// <summary>A type.</summary>
    Type,

    /// <summary>Dimensions in brackets.</summary>
    DimensionList,

    /// <summary>One dimension, or <c>*B</c>.</summary>
    Dimension,

    /// <summary><c>device</c>.</summary>
    DeviceDeclaration,

    /// <summary>The items of a device or section, in braces.</summary>
    Items,

    /// <summary>The items themselves.</summary>
    ItemList,

    /// <summary><c>label: value</c>.</summary>
    Field,

    /// <summary><c>name = value</c> in a device.</summary>
    Constant,

    /// <summary><c>kind name { .. }</c>.</summary>
    Section,

    /// <summary><c>kind { .. }</c>.</summary>
    Group,

    /// <summary>Statements in braces.</summary>
    Body,

    /// <summary>The statements themselves.</summary>
    StatementList,

    /// <summary><c>a, b = e</c>.</summary>
    Binding,

    /// <summary><c>return</c>.</summary>
    Return,

    /// <summary>One returned value, named or not.</summary>
    Returned,

    /// <summary><c>repeat</c>.</summary>
    Repeat,

    /// <summary><c>if</c> as a statement.</summary>
    If,

    /// <summary>One branch of an <c>if</c> statement with its condition; the <c>else</c> branch has none.</summary>
    IfClause,

    /// <summary><c>assert</c>.</summary>
    Assert,

    /// <summary><c>dim</c>.</summary>
    Dim,

    /// <summary>One dimension of a <c>dim</c> statement.</summary>
    DimEntry,

    /// <summary>A bare expression as a statement (NN2008).</summary>
    Evaluating,

    /// <summary>A term with annotations or stages.</summary>
    Pipeline,

    /// <summary>What stands right of <c>|&gt;</c>.</summary>
    Stage,

    /// <summary><c>@label(..)</c>.</summary>
    Annotation,

    /// <summary>An infix operator.</summary>
    Binary,

    /// <summary>A prefix operator.</summary>
    Unary,

    /// <summary><c>f(..)</c>.</summary>
    Call,

    /// <summary><c>x[..]</c>.</summary>
    Index,

    /// <summary><c>x.label</c>.</summary>
    MemberAccess,

    /// <summary>A name that is read.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string.</summary>
    String,

    /// <summary><c>true</c>, <c>false</c> or <c>none</c>.</summary>
    Literal,

    /// <summary>An expression in parentheses.</summary>
    Parenthesized,

    /// <summary><c>[a, b]</c>.</summary>
    List,

    /// <summary><c>if</c> as an expression.</summary>
    Conditional,

    /// <summary>One branch of a conditional expression with its condition; the <c>else</c> branch has none.</summary>
    ConditionalClause,

    /// <summary>The braces of a conditional expression.</summary>
    Branch,

    /// <summary>Arguments in parentheses.</summary>
    ArgumentList,

    /// <summary>One argument, named or not.</summary>
    Argument,

    /// <summary>An index or a slice.</summary>
    Subscript,

    /// <summary><c>name</c> or <c>alias.name</c>.</summary>
    QualifiedName,
}
