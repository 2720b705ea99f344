/// The version of this program, as it says itself.
enum Version {
    static let text = "0.1.0"
}
