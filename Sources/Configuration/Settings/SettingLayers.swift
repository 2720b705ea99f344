import Configuration

/// Where settings come from, the strongest first: flags, the environment, the file.
struct SettingLayers: Sendable {
    /// What every variable of ours begins with.
    static let prefix = "queuetop"

    private struct Layer: Sendable {
        var provider: any ConfigProvider
        var place: @Sendable (SettingKey) -> SettingPlace
    }

    private let layers: [Layer]

    /// - Parameters:
    ///   - flags: What was given on the command line.
    ///   - environment: All of the process's environment; what is empty counts as not set.
    init(
        flags: [SettingKey: String], environment: [String: String],
        file: [SettingKey: SettingText]
    ) {
        let variables = EnvironmentVariablesProvider(
            environmentVariables: environment.filter { !$0.value.isEmpty })
        self.layers = [
            Layer(provider: Self.memory(flags)) { .flag($0.flag) },
            Layer(provider: variables.prefixKeys(with: ConfigKey([Self.prefix]))) {
                .environment($0.variable)
            },
            Layer(provider: Self.memory(file.mapValues(\.text))) { key in
                file[key]?.place ?? .file("", line: 0)
            },
        ]
    }

    private static func memory(_ values: [SettingKey: String]) -> InMemoryProvider {
        InMemoryProvider(
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, text in
                    (Self.configKey(key), ConfigValue(.string(text), isSecret: false))
                }))
    }

    private static func configKey(_ key: SettingKey) -> AbsoluteConfigKey {
        AbsoluteConfigKey(key.path)
    }

    /// What is set; nil when nobody set it.
    func text(_ key: SettingKey) -> SettingText? {
        for layer in self.layers {
            // All of them hold texts alone, so that the lookup itself cannot fail.
            let found = try? layer.provider.value(forKey: Self.configKey(key), type: .string)
            guard case .string(let text)? = found?.value?.content else { continue }
            return SettingText(text: text, place: layer.place(key))
        }
        return nil
    }
}
