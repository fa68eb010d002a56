using System.Collections.Immutable;
using NNLang.Semantics;
using NNLang.Semantics.Queries;
using NNLang.Syntax;
using NNLang.Workspaces.Snapshots;

namespace NNLang.Workspaces.Features;

/// <summary>A statement at a place of the text, and what it is in every instance of its body.</summary>
/// <param name="Declaration">The block or network around it.</param>
/// <param name="Statement">The innermost statement at the place.</param>
/// <param name="Bindings">
/// What it is: in a network's body one binding, in a <c>repeat</c> one an iteration; in a block first over the block's own dimensions, then one
/// for each way in which it is used. Empty where it is not bound.
/// </param>
internal sealed record StatementSite(
    CallableDeclarationSyntax Declaration, StatementSyntax Statement, ImmutableArray<StatementBinding> Bindings)
{
    // More instances than this say nothing more, and a hover must be quick.
    private const int MostBindings = 1000;

    /// <summary>Whether it lies in a block, so that it stands for several layers.</summary>
    public bool IsInBlock => Declaration is BlockDeclarationSyntax;

    /// <summary>The site of a place; null outside bodies. O(statements of the body).</summary>
    public static StatementSite? At(Document document, int position)
    {
        var token = document.Tree.Root.FindToken(position);
        return token.Parent is null ? null : Of(document.Compilation, token.Parent);
    }

    /// <summary>The site of a node; null outside bodies.</summary>
    public static StatementSite? Of(Compilation compilation, SyntaxNode node)
    {
        var chain = new Stack<StatementSyntax>();
        CallableDeclarationSyntax? declaration = null;
        for (var at = node; at is not null; at = at.Parent)
        {
            if (at is CallableDeclarationSyntax callable)
            {
                declaration = callable;
                break;
            }

            if (at is StatementSyntax statement)
            {
                chain.Push(statement);
            }
        }

        if (declaration is null || chain.Count == 0)
        {
            return null;
        }

        var innermost = chain.Last();
        var bindings = ImmutableArray.CreateBuilder<StatementBinding>();
        foreach (var body in BodiesOf(compilation, declaration))
        {
            Descend(body, [.. chain], 0, bindings);
        }

        return new StatementSite(declaration, innermost, bindings.ToImmutable());
    }

    /// <summary>The bodies of a declaration: of a network one, of a block the general one and those of its instances.</summary>
    public static IEnumerable<BodyBinding> BodiesOf(Compilation compilation, CallableDeclarationSyntax declaration)
    {
        var name = declaration.Name.ValueText;
        if (declaration is NetworkDeclarationSyntax)
        {
            return compilation.NetworkBody(name) is { } body ? [body] : [];
        }

        return compilation.BlockBody(name) is { } general ? [general, .. compilation.InstancesOf(name)] : [];
    }

    private static void Descend(BodyBinding body, StatementSyntax[] chain, int depth, ImmutableArray<StatementBinding>.Builder bindings)
    {
        if (bindings.Count >= MostBindings || body.Find(chain[depth].Green) is not { } binding)
        {
            return;
        }

        if (depth + 1 == chain.Length)
        {
            bindings.Add(binding);
            return;
        }

        var inner = chain[depth + 1].Parent;
        if (inner is BodySyntax)
        {
            foreach (var instance in binding.Inside(inner.Green))
            {
                Descend(instance, chain, depth + 1, bindings);
            }
        }
    }
}
