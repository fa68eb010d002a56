namespace NNLang.Machine.Devices;

/// <summary>Where the descriptors of a queue's transfers come from (<c>docs/machine.md</c> 5.2).</summary>
public enum DescriptorSource : byte
{
    /// <summary>Written when the program is loaded; no issue cost.</summary>
    Static,
    /// <summary>Made by one of two hardware generators, owned by ScalarE and SyncE.</summary>
    Hardware,
    /// <summary>Made by GpSimdE's software; the only source for dma_gather.</summary>
    Software,
}
