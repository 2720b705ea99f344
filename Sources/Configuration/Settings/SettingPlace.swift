/// Where a setting stands, as errors name it.
package enum SettingPlace: Hashable, Sendable, CustomStringConvertible {
    case file(String, line: Int)
    case environment(String)
    case flag(String)

    package var description: String {
        switch self {
        case .file(let path, let line): "\(path), line \(line)"
        case .environment(let variable): "the environment variable \(variable)"
        case .flag(let flag): "the option \(flag)"
        }
    }
}

/// The words of a setting, and where they stand.
struct SettingText: Equatable, Sendable {
    var text: String
    var place: SettingPlace
}
