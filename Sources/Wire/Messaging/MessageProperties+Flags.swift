extension MessageProperties {
    /// Set in the two octets that properties begin with where they have a timestamp.
    package static let timestampFlag = PropertyFlag.timestamp
}
