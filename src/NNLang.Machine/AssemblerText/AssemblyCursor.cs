using System.Globalization;
using System.Text;
using NNLang.Machine.Instructions;
using NNLang.Tensors;

namespace NNLang.Machine.AssemblerText;

/// <summary>Reads one line of assembler text from left to right. What does not fit ends in an <see cref="AssemblyException"/>.</summary>
internal sealed class AssemblyCursor(string line)
{
    private int _position;

    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return _position == line.Length || line[_position] == '#';
        }
    }

    public AssemblyException Error(string message) => new(_position, message);

    /// <summary>Whether the next character is this one; if so it is passed.</summary>
    public bool Try(char c)
    {
        SkipBlanks();
        if (_position < line.Length && line[_position] == c)
        {
            _position++;
            return true;
        }

        return false;
    }

    public void Expect(char c)
    {
        if (!Try(c))
        {
            throw Error($"'{c}' is missing");
        }
    }

    /// <summary>The next word without passing it; empty if there is none.</summary>
    public string Peek()
    {
        SkipBlanks();
        var end = _position;
        while (end < line.Length && IsWordPart(line[end]))
        {
            end++;
        }

        return line[_position..end];
    }

    public string Word(string wanted)
    {
        var word = Peek();
        if (word.Length == 0 || char.IsAsciiDigit(word[0]))
        {
            throw Error($"{wanted} is missing");
        }

        _position += word.Length;
        return word;
    }

    public bool TryWord(string word)
    {
        if (Peek() != word)
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    /// <summary>A word or a quoted string.</summary>
    public string Name(string wanted)
    {
        SkipBlanks();
        return _position < line.Length && line[_position] == '"' ? Text() : Word(wanted);
    }

    public bool AtText
    {
        get
        {
            SkipBlanks();
            return _position < line.Length && line[_position] == '"';
        }
    }

    public string Text()
    {
        Expect('"');
        var text = new StringBuilder();
        while (_position < line.Length && line[_position] != '"')
        {
            var c = line[_position++];
            if (c != '\\')
            {
                text.Append(c);
            }
            else if (_position < line.Length && line[_position] is '"' or '\\')
            {
                text.Append(line[_position++]);
            }
            else if (_position + 5 <= line.Length && line[_position] == 'u'
                && ushort.TryParse(line.AsSpan(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Append((char)code);
                _position += 5;
            }
            else
            {
                throw Error("after a backslash comes \\, \" or u with four hexadecimal digits");
            }
        }

        Expect('"');
        return text.ToString();
    }

    public long Number(string wanted, long least, long most)
    {
        SkipBlanks();
        var start = _position;
        var end = start;
        if (end < line.Length && line[end] == '-')
        {
            end++;
        }

        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        if (!long.TryParse(line.AsSpan(start, end - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            || value < least || value > most)
        {
            throw Error($"{wanted} is a whole number from {least} to {most}");
        }

        _position = end;
        return value;
    }

    /// <summary>A number as it is written: digits, sign, point and exponent, or 0x and hexadecimal digits; null if there is none.</summary>
    public string? TryLiteral()
    {
        SkipBlanks();
        var end = _position;
        if (end < line.Length && (char.IsAsciiDigit(line[end]) || line[end] is '-' or '.'))
        {
            end++;
            while (end < line.Length
                && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '.' || (line[end] is '+' or '-' && line[end - 1] is 'E' or 'e')))
            {
                end++;
            }
        }

        var literal = line[_position..end];
        _position = end;
        return literal.Length == 0 ? null : literal;
    }

    public T OneOf<T>(string wanted, string[] words)
        where T : unmanaged, Enum
    {
        var word = Peek();
        var index = Array.IndexOf(words, word);
        if (index < 0)
        {
            throw Error($"{wanted} is one of {string.Join(", ", words)}");
        }

        _position += word.Length;
        return (T)Enum.ToObject(typeof(T), index);
    }

    public Engine Engine()
    {
        var word = Peek();
        if (Engines.Parse(word) is not { } engine)
        {
            throw Error("a sequencer is tensor, vector, scalar, gpsimd or sync");
        }

        _position += word.Length;
        return engine;
    }

    public ElementType Type()
    {
        var word = Peek();
        if (ElementTypes.Parse(word) is not { } type)
        {
            throw Error("an element type is missing");
        }

        _position += word.Length;
        return type;
    }

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';

    private void SkipBlanks()
    {
        while (_position < line.Length && line[_position] is ' ' or '\t' or '\r')
        {
            _position++;
        }
    }
}

/// <summary>Ends the reading of a line; never leaves this room.</summary>
internal sealed class AssemblyException(int column, string message) : Exception(message)
{
    public int Column { get; } = column;
}
