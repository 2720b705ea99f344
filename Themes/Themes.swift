/// The themes that are built into the binary.
///
/// Each is a file of this folder in btop's format; a person's own file of the same name takes its
/// place.
package enum BundledThemes {
    /// Name and text of every theme, in the order the picker shows them; the first one is the
    /// default.
    package static let all: [(name: String, text: String)] = [
        ("dark", PackageResources.dark_theme),
        ("light", PackageResources.light_theme),
        ("high-contrast", PackageResources.high_contrast_theme),
        ("colour-blind", PackageResources.colour_blind_theme),
        ("sixteen", PackageResources.sixteen_theme),
        ("monochrome", PackageResources.monochrome_theme),
    ].map { (name: $0.0, text: String(decoding: $0.1, as: UTF8.self)) }
}
