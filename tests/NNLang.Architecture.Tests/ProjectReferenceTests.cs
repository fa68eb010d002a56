using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using NNLang.Testing;

namespace NNLang.Architecture.Tests;

/// <summary>A room uses the rooms that docs/architecture.md allows, in its project file and in its built assembly.</summary>
public sealed class ProjectReferenceTests
{
    public static TheoryData<string> Rooms => [.. HouseTable.Read().Rooms];

    [Fact]
    public void Every_project_below_src_has_a_row_and_every_row_a_project()
    {
        var projects = Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal);
        Assert.Equal(HouseTable.Read().Rooms.Order(StringComparer.Ordinal), projects);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void The_project_file_names_only_allowed_rooms(string room)
    {
        var file = XDocument.Load(Repository.PathOf($"src/{room}/{room}.csproj"));
        var named = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(named.Except(HouseTable.Read().AllowedBy(room)));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void The_built_assembly_uses_only_allowed_rooms(string room)
    {
        var assembly = room == "NNLang.Cli" ? "nnc" : room;
        using var reader = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        var metadata = reader.GetMetadataReader();
        var used = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("NNLang.", StringComparison.Ordinal));
        Assert.Empty(used.Except(HouseTable.Read().AllowedBy(room)));
    }

    [Fact]
    public void Types_live_in_the_namespace_of_their_room()
    {
        foreach (var room in HouseTable.Read().Rooms.Where(room => room != "NNLang.Cli"))
        {
            var assembly = Assembly.Load(room);
            foreach (var type in assembly.GetExportedTypes())
            {
                Assert.True(
                    type.Namespace == room || type.Namespace!.StartsWith(room + ".", StringComparison.Ordinal),
                    $"{type.FullName} is in {room}.");
            }
        }
    }
}
