using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace NNLang.Protocol.Tests.Models;

/// <summary>Random instances of generated types: every property that may be absent is absent half of the time, every union takes every case.</summary>
internal sealed class RandomValues(Random random, Func<Type, string, string?, object?>? special = null)
{
    private static readonly NullabilityInfoContext Nullability = new();

    public object? Create(Type type, int depth = 0, string? name = null, Type? owner = null)
    {
        if (special?.Invoke(owner ?? typeof(object), name ?? "", type.Name) is { } chosen)
        {
            return chosen;
        }

        if (type == typeof(string))
        {
            return random.Next(4) switch { 0 => "", 1 => "conv2", 2 => "→ 'x' \"y\" \u00e9\ud83d\ude00", _ => "file:///a%20b.nn" };
        }

        if (type == typeof(int))
        {
            return random.Next(1, 1000);
        }

        if (type == typeof(long))
        {
            return random.NextInt64(1, 1L << 53);
        }

        if (type == typeof(double))
        {
            return random.Next(100) / 4.0;
        }

        if (type == typeof(bool))
        {
            return random.Next(2) == 0;
        }

        if (type == typeof(JsonElement))
        {
            return JsonDocument.Parse(random.Next(3) switch { 0 => "{\"a\":[1,null]}", 1 => "\"text\"", _ => "{}" }).RootElement;
        }

        if (type.IsEnum)
        {
            var values = type.GetEnumValues();
            return values.GetValue(random.Next(values.Length));
        }

        if (type.IsArray)
        {
            var length = depth > 6 ? 0 : random.Next(3);
            var array = Array.CreateInstance(type.GetElementType()!, length);
            for (var i = 0; i < length; i++)
            {
                array.SetValue(Create(type.GetElementType()!, depth + 1, name, owner), i);
            }

            return array;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var map = (System.Collections.IDictionary)Activator.CreateInstance(type)!;
            for (var i = random.Next(3); i > 0 && depth <= 6; i--)
            {
                map[$"key{i}"] = Create(type.GetGenericArguments()[1], depth + 1);
            }

            return map;
        }

        return type.IsAbstract ? Union(type, depth, name, owner) : Record(type, depth);
    }

    private object? Union(Type type, int depth, string? name, Type? owner)
    {
        var cases = type.GetNestedTypes().Where(t => t.IsSubclassOf(type)).ToArray();
        var chosen = cases[random.Next(cases.Length)];
        var value = chosen.GetConstructors().Single(c => c.GetParameters() is [{ Name: "Value" }]);
        return value.Invoke([Create(value.GetParameters()[0].ParameterType, depth + 1, name, owner)]);
    }

    private object Record(Type type, int depth)
    {
        if (type.IsValueType)
        {
            var constructor = type.GetConstructors().Single(c => c.GetParameters().Length > 0);
            return constructor.Invoke([.. constructor.GetParameters().Select(p => Create(p.ParameterType, depth + 1, p.Name, type))]);
        }

        var instance = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is not null))
        {
            var required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
            if (property.GetValue(instance) is string { Length: > 0 } || (!required && (depth > 6 || random.Next(2) == 0)))
            {
                continue;
            }

            var declared = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(instance, Create(declared, depth + 1, property.Name, type));
        }

        return instance;
    }
}
