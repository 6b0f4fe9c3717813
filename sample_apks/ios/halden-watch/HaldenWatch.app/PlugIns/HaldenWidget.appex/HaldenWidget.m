// A widget that asks for the place by itself, with a purpose string of its own.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface CLLocationManager : NSObject
- (void)requestWhenInUseAuthorization;
@end

int main(void) {
  [[CLLocationManager new] requestWhenInUseAuthorization];
  return 0;
}
